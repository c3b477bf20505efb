import { textOf, timeOf } from '../../normalise/member.ts';
import type { AlertFormat } from '../alert.ts';
import { apiCall, indicatorsOfArns, keyIndicators, remoteAddress } from '../alert-parts.ts';
import type { Indicator } from '../indicator.ts';
import { pick, pickList, pickText } from '../pick.ts';
import { isKeyId } from '../shapes.ts';

/** The class of findings, 2: Security Finding 2001 … Detection Finding 2004 … */
const isFindingClass = (uid: string): boolean => /^200\d$/.test(uid);

/** Observables whose value is an address or credentials. https://schema.ocsf.io/objects/observable */
const observableIsAddress = (typeId: string): boolean => typeId === '2';

/**
 * A finding in OCSF, as Security Hub (the newer one, `Findings Imported V2`) and Security Lake write it: who and from where stands in
 * `evidences`, what was touched in `resources`.
 */
export default {
  id: 'ocsf',
  title: 'OCSF finding (Security Hub, Security Lake)',
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-cwe-event-formats.html',
    'https://schema.ocsf.io/classes/detection_finding',
  ],
  read(value) {
    const info = pick(value, 'finding_info') ?? pick(value, 'finding');
    if (!isFindingClass(pickText(value, 'class_uid')) || info === undefined) return undefined;
    const indicators: Indicator[] = [];
    const unused: string[] = [];
    // Before 1.1 there was one actor, and it stood beside the finding.
    for (const evidence of [...pickList(value, 'evidences'), value]) {
      const user = pick(evidence, 'actor', 'user');
      keyIndicators(
        {
          id: pickText(user, 'credential_uid') || pickText(evidence, 'actor', 'session', 'credential_uid'),
          user: pickText(user, 'name'),
          userType: pickText(user, 'type'),
        },
        indicators,
        unused,
      );
      remoteAddress(pickText(evidence, 'src_endpoint', 'ip'), indicators, unused);
      indicators.push(...apiCall(pickText(evidence, 'api', 'operation')));
    }
    for (const resource of pickList(value, 'resources')) {
      const uid = pickText(resource, 'uid');
      const key = uid.slice(Math.max(uid.lastIndexOf(':'), uid.lastIndexOf('/')) + 1);
      if (isKeyId(key)) indicators.push({ type: 'key', id: key });
      else indicators.push(...indicatorsOfArns([uid]));
    }
    for (const observable of pickList(value, 'observables')) {
      const text = pickText(observable, 'value');
      if (observableIsAddress(pickText(observable, 'type_id'))) remoteAddress(text, indicators, unused);
      else if (isKeyId(text)) indicators.push({ type: 'key', id: text });
    }
    const title =
      textOf(pickList(info, 'types')[0]) || pickText(info, 'title') || pickText(value, 'message') || 'finding';
    return {
      what: 'OCSF finding',
      title,
      account: pickText(value, 'cloud', 'account', 'uid') || pickText(value, 'cloud', 'account_uid'),
      region: pickText(value, 'cloud', 'region'),
      firstSeen:
        timeOf(pick(info, 'first_seen_time')) ??
        timeOf(pick(info, 'first_seen_time_dt')) ??
        timeOf(pick(value, 'start_time')) ??
        timeOf(pick(info, 'created_time')) ??
        timeOf(pick(value, 'time')),
      lastSeen:
        timeOf(pick(info, 'last_seen_time')) ??
        timeOf(pick(info, 'last_seen_time_dt')) ??
        timeOf(pick(value, 'end_time')),
      indicators,
      unused,
    };
  },
} satisfies AlertFormat as AlertFormat;

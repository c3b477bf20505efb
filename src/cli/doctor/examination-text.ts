import { display } from '../../shared/display.ts';
import { ruleAsCommands, ruleAsTerraform } from './event-rule.ts';
import { actionCounts, type Examination, refusedActions } from './examine.ts';
import type { Probe } from './probe.ts';

const glyphs: { readonly [State in Probe['state']]: string } = {
  ok: '✓',
  absent: '○',
  denied: '✗',
  expired: '✗',
  unreachable: '✗',
  throttled: '!',
  'not-tried': '?',
  failed: '✗',
};
const asciiGlyphs: { readonly [State in Probe['state']]: string } = {
  ok: '+',
  absent: 'o',
  denied: 'x',
  expired: 'x',
  unreachable: 'x',
  throttled: '!',
  'not-tried': '?',
  failed: 'x',
};

const endpointWords = ({ kind, host }: Examination['identity']['endpoint']): string =>
  kind === 'aws' ? host || 'AWS' : `${kind === 'simulated' ? 'SIMULATED' : 'CUSTOM ENDPOINT'} ${host}`;

/** Skew up to here is a matter of the network's delay. */
const skewShownMs = 5_000;

/** What `firebreak doctor` prints. */
export function examinationText(examination: Examination, options: { readonly ascii: boolean }): string {
  const { identity, probes, notRecorded, blindSpots, permissions, clockSkewMs, withoutEventRule } = examination;
  const glyph = options.ascii ? asciiGlyphs : glyphs;
  const titleWidth = Math.max(...probes.map(({ title }) => title.length));
  const regionWidth = Math.max(...probes.map(({ region }) => region.length));
  const refused = refusedActions(examination);
  const counts = actionCounts();
  const lines = [
    `account    ${identity.account}${identity.alias ? ` (${identity.alias})` : ''}`,
    `identity   ${identity.arn}${identity.credentialsFrom ? `, from ${identity.credentialsFrom}` : ''}`,
    `Region     ${identity.region}, global services in ${identity.globalRegion}`,
    `endpoint   ${endpointWords(identity.endpoint)}`,
    `clock      ${
      Math.abs(clockSkewMs) < skewShownMs
        ? 'agrees with AWS'
        : `${Math.round(Math.abs(clockSkewMs) / 1000)} s ${clockSkewMs > 0 ? 'ahead of' : 'behind'} AWS: Firebreak uses AWS's time; set this machine's`
    }`,
    '',
    'What can be watched',
    ...probes.map(
      ({ title, region, state, text, permission }) =>
        `  ${glyph[state]} ${title.padEnd(titleWidth)}  ${region.padEnd(regionWidth)}  ${text}${permission ? ` (needs ${permission})` : ''}`,
    ),
    '',
    'What this account does not record, or not where we can read it',
    ...(notRecorded.length === 0 ? ['  nothing that was found'] : notRecorded.map((sentence) => `  - ${sentence}`)),
    '',
    'What each source can never show',
    ...blindSpots.flatMap(({ source, sentences }) => [`  ${source}`, ...sentences.map((one) => `    - ${one}`)]),
    '',
    'Permissions of this identity',
    permissions.checked === 'simulated'
      ? `  asked iam:SimulatePrincipalPolicy, which does not see: ${permissions.notSeen.join(', ')}`
      : `  not simulated: ${permissions.why}; only what was tried above is known`,
    `  to watch    ${refused.length === 0 ? `nothing missing of ${counts.read} actions` : `missing: ${refused.join(', ')}`}`,
    `  to contain  ${
      permissions.checked !== 'simulated'
        ? 'not known'
        : permissions.missingToContain.length === 0
          ? `nothing missing of ${counts.contain} actions`
          : `missing: ${permissions.missingToContain.join(', ')}`
    }`,
    '  the whole list: firebreak policy read, firebreak policy contain',
  ].map(display);
  const [region] = withoutEventRule;
  if (region === undefined) return `${lines.join('\n')}\n`;
  const place = { partition: identity.partition, account: identity.account, region };
  return `${[
    ...lines,
    '',
    `State changes within seconds (${withoutEventRule.join(', ')}): nothing sends them to a log group. Firebreak creates nothing by itself; to set it up:`,
    '',
    ruleAsCommands(place),
    '',
    'or with Terraform:',
    '',
    ruleAsTerraform.trimEnd(),
  ].join('\n')}\n`;
}

/** What `firebreak doctor --json` prints. */
export const examinationJson = (examination: Examination): object => {
  const { identity, withoutEventRule } = examination;
  const place = (region: string) => ({ partition: identity.partition, account: identity.account, region });
  return {
    account: identity.account,
    alias: identity.alias ?? null,
    arn: identity.arn,
    credentialsFrom: identity.credentialsFrom ?? null,
    region: identity.region,
    globalRegion: identity.globalRegion,
    endpoint: identity.endpoint,
    clockSkewMs: examination.clockSkewMs,
    sources: examination.probes.map(({ title, region, state, text, permission }) => ({
      title,
      region,
      state,
      text,
      permission: permission ?? null,
    })),
    notRecorded: examination.notRecorded,
    blindSpots: examination.blindSpots,
    permissions: {
      checked: examination.permissions.checked,
      why: examination.permissions.why || null,
      missingToRead: refusedActions(examination),
      missingToContain: examination.permissions.missingToContain,
      notSeen: examination.permissions.notSeen,
    },
    eventRule: withoutEventRule.map((region) => ({ region, commands: ruleAsCommands(place(region)).split('\n') })),
  };
};

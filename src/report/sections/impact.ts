import { shortKind } from '../../model/resource.ts';
import { actorKey, callsOfSuspects, type Facts } from '../facts.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, counted } from '../time.ts';

/** What the suspects' calls did, counted; what it means is for people. */
interface Measure {
  readonly what: string;
  readonly calls: RegExp;
  /** Said when none was received. */
  readonly otherwise: string;
}

const none = 'none received';
const notLogged = 'not logged: no such data event was received from anybody';

const measures: readonly Measure[] = [
  {
    what: 'Objects and records read',
    calls: /^s3:(?:Get|Select)Object|:GetRecord|:BatchGetRecord/,
    otherwise: notLogged,
  },
  {
    what: 'Objects and records written or deleted',
    calls: /^s3:(?:Put|Delete|Copy)Object|:PutRecord|:DeleteRecord/,
    otherwise: notLogged,
  },
  { what: 'Models invoked', calls: /:Invoke(?:Endpoint|Model)/, otherwise: notLogged },
  {
    what: 'Ways in opened',
    calls: /Presigned\w*Url|:StartSession|:AssumeRole|GetSessionToken|GetFederationToken|ConsoleLogin/,
    otherwise: none,
  },
  {
    what: 'Code on SageMaker started or changed',
    calls:
      /^sagemaker:(?:Create(?!Presigned|PartnerAppPresigned)|Update|Start)\w*(?:Notebook|App|Job|Pipeline|LifecycleConfig|Endpoint|Space)/,
    otherwise: none,
  },
  { what: 'Stopped or deleted', calls: /:(?:Stop|Delete|Terminate)/, otherwise: none },
  {
    what: 'Identities and permissions changed',
    calls: /^iam:(?:Create|Update|Put|Delete|Attach|Detach|Add|Remove|Set|Upload)/,
    otherwise: none,
  },
];

const section: ReportSection = {
  id: 'impact',
  title: 'Impact',
  order: 30,
  *render(facts) {
    if (facts.total === 0) return;
    yield 'Counted from the accepted calls of those who stand in the timeline; refused ones had none.';
    yield '';
    yield* table(
      ['What', 'Accepted calls', 'Resources named', 'First event'],
      measures.map((measure) => row(measure, facts)),
    );
    const broken = facts.view.containments.filter(({ plan }) => plan.impact !== '');
    if (broken.length > 0) {
      yield '';
      yield 'What containing it broke, as said before it was sent:';
      yield '';
      for (const { id, plan } of broken) yield `- ${code(id)} ${escapeMarkdown(plan.impact)}`;
    }
    yield '';
    yield 'What that means for confidentiality, integrity and availability, for customers and for money: **needs a person**.';
  },
};
export default section;

function row({ what, calls, otherwise }: Measure, facts: Facts): readonly string[] {
  const mine = callsOfSuspects(facts).filter(
    ({ thing, events, failed }) => calls.test(thing.action) && events > failed,
  );
  const accepted = mine.reduce((sum, { events, failed }) => sum + events - failed, 0);
  const [first] = mine.toSorted((a, b) => a.firstAt - b.firstAt || (a.acceptedId < b.acceptedId ? -1 : 1));
  if (!first)
    return [
      what,
      otherwise === notLogged && facts.dataEvents > 0 ? 'none received, though data events of others were' : otherwise,
      '',
      '',
    ];
  return [what, count(accepted), named(calls, facts), code(first.acceptedId)];
}

/** How many things of which kind the timeline's accepted calls of a sort name. */
function named(calls: RegExp, { timeline, suspects }: Facts): string {
  const kinds = new Map<string, Set<string>>();
  for (const { action, errorCode, principal, resources } of timeline) {
    if (errorCode || !calls.test(action) || !principal || !suspects.has(actorKey(principal))) continue;
    for (const { kind, arn, name, relation } of resources) {
      if (relation !== 'target' && relation !== 'created') continue;
      const seen = kinds.get(kind) ?? new Set();
      kinds.set(kind, seen.add(arn || name));
    }
  }
  return (
    [...kinds]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, things]) => `${count(things.size)} × ${escapeMarkdown(shortKind(kind))}`)
      .join(', ') || counted(0, 'resource')
  );
}

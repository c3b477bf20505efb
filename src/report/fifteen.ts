import { isCompute } from '../model/principal.ts';
import { shortKind } from '../model/resource.ts';
import { digestsInWords } from './coverage.ts';
import { type ActorCall, actorKey, callsOfSuspects, type Facts } from './facts.ts';
import { code, escapeMarkdown } from './markdown.ts';
import { postureEvidence, postureSubject } from './posture.ts';
import { abuse, opened, sinksSet } from './requests.ts';
import type { Seen } from './tally.ts';
import { count, counted, utc } from './time.ts';

/** One of the playbook's questions with what the incident says to it, as Markdown. */
export interface Answer {
  readonly question: string;
  readonly answer: string;
  /** Whether it is left for people, or for logs that nobody has. */
  readonly isOpen: boolean;
}

const LISTED = 8;
const needsPerson = '**needs a person**';

/** The fifteen questions in the playbook's order (aws-samples/aws-customer-playbook-framework, "Responding to SageMaker"). */
export function answers(facts: Facts): readonly Answer[] {
  return questions.map(({ question, ask }) => {
    const answer = ask(facts);
    return { question, answer, isOpen: /\*\*(?:needs a person|not logged)\*\*/.test(answer) };
  });
}

const questions: readonly { readonly question: string; ask(facts: Facts): string }[] = [
  { question: 'Which resources were touched?', ask: touched },
  { question: 'How did they get in?', ask: entry },
  { question: 'What did they do?', ask: deeds },
  {
    question: 'Were models or data taken or tampered with?',
    ask: (facts) =>
      `${byData(
        facts,
        /^s3:(?:Get|Put|Delete|Copy|Select)Object|:Invoke(?:Endpoint|Model)|HubContentPresigned|:CreateModelPackage$/,
      )} ${sinksSet(facts)}`,
  },
  {
    question: 'Could a model or its data be poisoned?',
    ask: (facts) =>
      byData(
        facts,
        /:(?!Describe|List|Get|BatchDescribe)\w*ModelPackage|:PutRecord|BatchPutMetrics|:(?:Create|Update)Endpoint(?:Config)?$|^s3:PutObject/,
      ),
  },
  { question: 'Which resources are new or changed?', ask: made },
  { question: 'Which APIs and SDKs were used?', ask: clients },
  {
    question: 'Were logs altered?',
    ask: (facts) =>
      byCalls(
        facts,
        /StopLogging|(?:Delete|Update)Trail|PutEventSelectors|PutInsightSelectors|DeleteLog(?:Group|Stream)|(?:Put|Delete)RetentionPolicy|DeleteFlowLogs|DeleteEventDataStore|sagemaker:Delete\w*Job$/,
        'No such call received from anybody in the timeline.',
      ) + gapsOf(facts),
  },
  { question: 'Were roles or policies changed or misused?', ask: roles },
  {
    question: 'Was the network changed?',
    ask: (facts) => {
      const calls = byCalls(
        facts,
        /:Authorize\w+|:Revoke\w*(?:Ingress|Egress)|:(?!Describe|Get|List|Search)\w*(?:NetworkInterface|VpcEndpoint|RouteTable)|:CreateVpc|:UpdateDomain$/,
        '',
      );
      return [calls, opened(facts)].filter(Boolean).join(' ') || 'No such call received from anybody in the timeline.';
    },
  },
  { question: 'From where did they go on?', ask: pivots },
  { question: 'Were others attacked from here?', ask: others },
  {
    question: 'What is the impact on confidentiality, integrity and availability?',
    ask: () => `The numbers stand under Impact; what they mean ${needsPerson}.`,
  },
  { question: 'How is it isolated, kept and recovered?', ask: isolated },
  { question: 'Which practice failed?', ask: practices },
];

/** `a 3× (1 failed), first 2026-… id` for each action, changes and the earliest first. */
function listed(calls: readonly Seen<ActorCall>[]): string {
  const byAction = new Map<string, { events: number; failed: number; changed: number; firstAt: number; id: string }>();
  for (const { thing, events, failed, changed, firstAt, firstId } of calls) {
    const before = byAction.get(thing.action);
    if (!before) byAction.set(thing.action, { events, failed, changed, firstAt, id: firstId });
    else {
      before.events += events;
      before.failed += failed;
      before.changed += changed;
      if (firstAt < before.firstAt) Object.assign(before, { firstAt, id: firstId });
    }
  }
  const sorted = [...byAction].sort(
    ([a, one], [b, other]) =>
      Number(other.changed > 0) - Number(one.changed > 0) || one.firstAt - other.firstAt || (a < b ? -1 : 1),
  );
  const text = sorted
    .slice(0, LISTED)
    .map(
      ([action, { events, failed, firstAt, id }]) =>
        `${code(action)} ${count(events)}×${failed > 0 ? ` (${failed === events ? 'all' : count(failed)} failed)` : ''}, first ${utc(firstAt)} ${code(id)}`,
    )
    .join('; ');
  const more = sorted.length - LISTED;
  return text + (more > 0 ? `; and ${counted(more, 'other kind')} of call` : '');
}

function byCalls(facts: Facts, pattern: RegExp, otherwise: string): string {
  const seen = callsOfSuspects(facts).filter(({ thing }) => pattern.test(thing.action));
  return seen.length > 0 ? `${listed(seen)}.` : otherwise;
}

/** Questions that only data events answer in full. */
function byData(facts: Facts, pattern: RegExp): string {
  const seen = byCalls(facts, pattern, '');
  if (facts.dataEvents > 0)
    return seen || 'No such call received from anybody in the timeline, though data events were received.';
  const unknown =
    '**not logged**: no data event (S3 objects, invocations, feature store) was received, and only a trail that was told to logs them.';
  return seen ? `${seen} The rest is ${unknown}` : `${unknown[0]?.toUpperCase()}${unknown.slice(1)}`;
}

function touched({ resources, inTimeline }: Facts): string {
  const mine = resources.filter(inTimeline);
  if (mine.length === 0) return 'None that the timeline’s events name.';
  const kinds = new Map<string, { things: number; refused: number }>();
  for (const { thing, events, failed } of mine) {
    const kind = kinds.get(thing.kind) ?? { things: 0, refused: 0 };
    kinds.set(thing.kind, kind);
    kind.things += 1;
    if (failed === events) kind.refused += 1;
  }
  const text = [...kinds]
    .sort(([a, one], [b, other]) => other.things - one.things || (a < b ? -1 : 1))
    .map(
      ([kind, { things, refused }]) =>
        `${count(things)} × ${escapeMarkdown(shortKind(kind))}${refused > 0 ? ` (${refused === things ? 'all' : count(refused)} only by failed calls)` : ''}`,
    )
    .join(', ');
  return `${text}. Each with its first event under Resources.`;
}

function entry(facts: Facts): string {
  const ways = byCalls(
    facts,
    /Presigned|ConsoleLogin|:AssumeRole|:StartSession|GetFederationToken|GetSessionToken/,
    'No call that opens a way in was received from them.',
  );
  const keys = facts.keys.filter(facts.inTimeline);
  const first = keys
    .toSorted((a, b) => a.firstAt - b.firstAt || (a.thing < b.thing ? -1 : 1))
    .slice(0, 3)
    .map(({ thing, firstAt, firstId }) => `${code(thing)} first used ${utc(firstAt)} ${code(firstId)}`);
  return [
    ways,
    first.length > 0
      ? `Credentials: ${first.join('; ')}${keys.length > 3 ? `; and ${counted(keys.length - 3, 'other key')}` : ''}.`
      : '',
    facts.view.chains.length > 0 ? 'Where they came from stands under Credentials.' : '',
    `How the first of them was lost ${needsPerson}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function deeds(facts: Facts): string {
  const calls = callsOfSuspects(facts);
  if (calls.length === 0) return 'Nothing was received from anybody in the timeline.';
  return `${listed(calls)}.`;
}

function made(facts: Facts): string {
  return byCalls(
    facts,
    /:(?:Create(?!Presigned|PartnerAppPresigned)|Update|Put(?!Object|Record)|Delete(?!Object|Record)|Stop|Start(?!Session|Query)|Register|Attach|Detach|Add|Remove|Import|Run|Modify)/,
    'No such call received from anybody in the timeline.',
  );
}

/** What of a user agent says which program it was. */
const clientOf = (agent: string): string =>
  /aws-cli\/[\d.]+|Boto3\/[\d.]+|aws-sdk-[\w-]+\/[\d.]+|Terraform\/[\d.]+|APN\/[\w.]+|console\.amazonaws\.com|signin\.amazonaws\.com|AWS Internal|[\w.-]+\.amazonaws\.com|^[^\s/]{1,40}(?:\/[\d.]{1,12})?/i.exec(
    agent,
  )?.[0] ?? 'unnamed';

function clients({ agents, inTimeline }: Facts): string {
  const counts = new Map<string, number>();
  const commands = new Set<string>();
  for (const { thing, events } of agents.filter(inTimeline)) {
    counts.set(clientOf(thing), (counts.get(clientOf(thing)) ?? 0) + events);
    for (const [, command = ''] of thing.matchAll(/md\/command#([\w.-]{1,60})/g)) commands.add(command);
  }
  if (counts.size === 0) return 'No record says.';
  const sorted = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const text = sorted
    .slice(0, LISTED)
    .map(([client, events]) => `${code(client)} ${count(events)}×`)
    .join(', ');
  const more = sorted.length - LISTED;
  const said = [...commands]
    .sort()
    .slice(0, LISTED)
    .map((command) => code(command))
    .join(', ');
  return `${text}${more > 0 ? `, and ${count(more)} more` : ''}${said ? `; commands: ${said}` : ''}. User agents are what the caller says of itself.`;
}

function roles(facts: Facts): string {
  const changed = byCalls(
    facts,
    /^iam:(?:Create|Update|Put|Delete|Attach|Detach|Add|Remove|Set|Upload)|^sso[\w-]*:(?!Describe|Get|List|Search)/,
    '',
  );
  const passed = new Map<string, string>();
  for (const { id, action, errorCode, resources, readOnly } of facts.timeline)
    if (!errorCode && readOnly === false && !action.startsWith('iam:') && !action.startsWith('sts:'))
      for (const { kind, name, relation } of resources)
        if (kind === 'iam.role' && relation === 'uses' && !passed.has(name))
          passed.set(name, `${escapeMarkdown(name)} by ${code(action)} ${code(id)}`);
  const shown = [...passed.values()].slice(0, LISTED);
  return (
    [
      changed && `Changed: ${changed}`,
      shown.length > 0 &&
        `Handed to resources: ${shown.join('; ')}${passed.size > LISTED ? `; and ${count(passed.size - LISTED)} more` : ''}.`,
    ]
      .filter(Boolean)
      .join(' ') || 'No such call received from anybody in the timeline.'
  );
}

function pivots(facts: Facts): string {
  const compute = facts.principals.filter(({ thing }) => isCompute(thing) && facts.suspects.has(actorKey(thing)));
  if (compute.length === 0) return 'No call by code on SageMaker compute stands in the timeline.';
  return compute
    .slice(0, LISTED)
    .map(({ thing }) => {
      const calls = facts.calls.filter((call) => call.thing.actor === actorKey(thing));
      return `Code that runs as ${escapeMarkdown(thing.name)}: ${listed(calls)}.`;
    })
    .join(' ');
}

function others(facts: Facts): string {
  const { timeline, view, suspects } = facts;
  const foreign = new Map<string, string>();
  for (const { id, principal, resources } of timeline)
    if (principal && suspects.has(actorKey(principal)))
      for (const { arn } of resources) {
        const account = /^arn:[\w-]+:[\w-]*:[\w-]*:(\d{12}):/.exec(arn)?.[1];
        if (account && account !== view.account && !foreign.has(account)) foreign.set(account, id);
      }
  const seen =
    view.account === '' ? [] : [...foreign].slice(0, LISTED).map(([account, id]) => `${code(account)} ${code(id)}`);
  const text =
    seen.length > 0
      ? `Resources of other accounts are named: ${seen.join('; ')}.`
      : 'The timeline’s events name no resource of another account.';
  return `${text} ${abuse(facts)} Whether the sessions were used elsewhere only those accounts’ logs say: ${needsPerson}.`;
}

function isolated({ view }: Facts): string {
  const { containments, snapshots } = view;
  const undoable = containments.filter(({ state, undoSteps }) => state !== 'undone' && undoSteps.length > 0).length;
  if (containments.length === 0) return `Nothing was contained with this tool: ${needsPerson}.`;
  const by = (state: string) => containments.filter((one) => one.state === state).length;
  return `${counted(containments.length, 'containment')}: ${count(by('confirmed'))} hold, ${count(by('written'))} written, ${count(by('undone'))} undone. ${counted(snapshots.length, 'snapshot')} kept before, ${count(undoable)} can be undone. Each with its calls under Containment.`;
}

/** Weaknesses of one resource that are named here; the section has them all. */
const ofOneResource = 4;

/** What is weak, resource by resource, the weakest first. Rules of AWS Config say the same once more: they are left out. */
function practices({ view: { posture } }: Facts): string {
  if (!posture) return `Posture was not evaluated: ${needsPerson}.`;
  const judged = posture.counts.filter(({ topic }) => topic !== 'compliance validation');
  const sum = (verdict: 'weak' | 'unknown') => judged.reduce((all, one) => all + one[verdict], 0);
  const unknown = sum('unknown') > 0 ? ` ${counted(sum('unknown'), 'question')} could not be answered.` : '';
  const weak = posture.results.filter(({ topic, verdict }) => verdict === 'weak' && topic !== 'compliance validation');
  if (weak.length === 0)
    return `Nothing weak was found in ${counted(posture.resources, 'resource')}.${unknown} What failed ${needsPerson}.`;
  const resources = [...Map.groupBy(weak, postureSubject)].sort(([, one], [, other]) => other.length - one.length);
  const text = resources.slice(0, LISTED).map(([subject, results]) => {
    const named = results
      .slice(0, ofOneResource)
      .map((one) => [escapeMarkdown(one.title), ...postureEvidence(one).slice(0, 1)].join(' '));
    const more = results.length - named.length;
    return `${subject}: ${named.join(', ')}${more > 0 ? `, ${count(more)} more` : ''}`;
  });
  const more = resources.length - text.length;
  return `Weak when it was read: ${text.join('; ')}${more > 0 ? `; and ${counted(more, 'other resource')}` : ''}. ${counted(sum('weak'), 'weakness', 'weaknesses')} in all, with what would put them right, under Posture.${unknown}`;
}

/** What was not received, and whether what was delivered is what was written. */
const gapsOf = ({ view: { digests, sources } }: Facts): string => {
  const gaps = sources.reduce((sum, source) => sum + source.gaps.length, 0);
  return [
    gaps > 0 && ` ${counted(gaps, 'gap')} in what was received: see Coverage.`,
    digests
      ? ` ${digestsInWords(digests)}.`
      : ` No digest file was loaded to say whether delivered logs were altered: ${code('aws cloudtrail validate-logs')} asks CloudTrail.`,
  ]
    .filter(Boolean)
    .join('');
};

import { builtInRules } from '../../src/detection/built-in.ts';
import { DetectionEngine } from '../../src/detection/engine.ts';
import { type RuleSource, ruleSet } from '../../src/detection/rule-set.ts';
import { link } from '../../src/linking/link.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import { records } from './records.ts';

/** What the rules cost an event, µs of this thread: the median over the runs, each with an engine that has seen nothing. */
export function detectionCost(
  count: number,
  runs: number,
  manyRules: number,
): { readonly sixty: number; readonly builtIn: number; readonly rules: number; readonly many: number } {
  const prepared = [...records(count)].map((text) => {
    const found = normalise({ format: 'cloudtrail' as const, text });
    if (found.rejected !== undefined) throw new Error(found.rejected);
    return { text, record: found.record, event: { ...found.event, resources: link(found.record, found.event) } };
  });
  const builtIn = builtInRules();
  const cost = (sources: readonly RuleSource[]): number => {
    const set = ruleSet(sources);
    if (set.problems.length > 0) throw new Error(set.problems[0]!.problem);
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const engine = new DetectionEngine(set);
      const from = process.threadCpuUsage();
      let row = 0;
      for (const { event, record, text } of prepared) {
        const { hits } = engine.judge(event, record, text);
        if (hits) engine.stored(hits, row);
        row += 1;
      }
      engine.settle();
      const { user, system } = process.threadCpuUsage(from);
      times.push((user + system) / count);
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
  };
  return {
    sixty: cost([sixtyOf(builtIn)]),
    builtIn: cost([builtIn]),
    rules: ruleSet([builtIn]).events.length + ruleSet([builtIn]).correlations.length,
    many: cost([builtIn, manyOf(manyRules)]),
  };
}

/** Sixty of the rules, from all over the catalogue: one after the other would be all of one service. */
function sixtyOf({ documents }: RuleSource): RuleSource {
  const files = [...new Set(documents.map(({ file }) => file))];
  const stride = 7;
  const spread = files.map((_, at) => files[(at * stride) % files.length]!).concat(files);
  const chosen = new Set<string>();
  const source = (): RuleSource => ({
    origin: 'built-in',
    documents: documents.filter(({ file }) => chosen.has(file)),
  });
  for (const file of spread) {
    if (chosen.has(file)) continue;
    chosen.add(file);
    const { events, correlations, problems } = ruleSet([source()]);
    // A correlation without its rules, which stand in another file.
    if (problems.length > 0 || events.length + correlations.length > 60) chosen.delete(file);
  }
  return source();
}

/** As public rule sets are made: most ask for a service and a few of its calls, one in twelve for something else. */
function manyOf(count: number): RuleSource {
  const services = ['ec2', 'iam', 's3', 'sagemaker', 'lambda', 'rds', 'kms', 'sts', 'cloudtrail', 'logs', 'ecs', 'eks'];
  const calls = ['Create', 'Delete', 'Put', 'Update', 'Attach', 'Modify', 'Describe', 'List', 'Get', 'Invoke'];
  const things = ['Role', 'User', 'Bucket', 'Model', 'Endpoint', 'Object', 'Function', 'Key', 'Policy', 'Instance'];
  const pick = <Value>(list: readonly Value[], index: number) => list[index % list.length]!;
  return {
    origin: 'user',
    documents: Array.from({ length: count }, (_, index) => ({
      file: `rule-${index}.yml`,
      lineOf: () => undefined,
      value: {
        title: `Rule ${index}`,
        id: `rule-${index}`,
        level: 'low',
        logsource: { product: 'aws', service: 'cloudtrail' },
        detection:
          index % 12 === 0
            ? {
                selection: { 'userAgent|contains': [`tool-${index}`, `kit-${index}`] },
                filter: { 'userIdentity.type': 'AWSService' },
                condition: 'selection and not filter',
              }
            : {
                selection: {
                  eventSource: `${pick(services, index)}.amazonaws.com`,
                  eventName: [0, 1, 2].map(
                    (more) => `${pick(calls, index + more)}${pick(things, Math.floor(index / 7) + more)}`,
                  ),
                },
                filter: { errorCode: ['AccessDenied', 'Client.UnauthorizedOperation'] },
                condition: 'selection and not filter',
              },
      },
    })),
  };
}

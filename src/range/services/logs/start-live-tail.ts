import { filterPattern } from '../../filter-pattern.ts';
import { findGroup, groupResource, invalidParameter, streamNames } from '../../log-rules.ts';
import { type Operation, optionalText } from '../../operation.ts';
import { takeRequest } from '../../request-rate.ts';

const identifiers = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/**
 * Its answer is a session (`responseStream`) that the server connects. Groups by ARN only; streams can be chosen only in a single group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html
 */
export default {
  service: 'logs',
  name: 'StartLiveTail',
  readOnly: true,
  input: {
    logGroupIdentifiers: { type: 'list', required: true, min: 1, max: 10 },
    logStreamNames: { type: 'list', min: 1, max: 10 },
    logStreamNamePrefixes: { type: 'list', min: 1, max: 10 },
    logEventFilterPattern: { type: 'string', max: 1024 },
  },
  resources: ({ logGroupIdentifiers }, context) =>
    identifiers(logGroupIdentifiers).map((identifier) => groupResource(identifier, context)),
  run(input, context) {
    const { logs, now, random, region, tails } = context;
    takeRequest(logs, `StartLiveTail ${region.name}`, 5, now);
    const logGroupIdentifiers = identifiers(input.logGroupIdentifiers);
    for (const identifier of logGroupIdentifiers)
      if (!/^arn:[^:]+:logs:[^:]*:\d{12}:log-group:[^:*]+$/.test(identifier))
        throw invalidParameter(`The log group identifier ${identifier} is not the ARN of a log group.`);
    const logStreamNames = streamNames(input.logStreamNames);
    const logStreamNamePrefixes = streamNames(input.logStreamNamePrefixes);
    if (logStreamNames.length > 0 && logStreamNamePrefixes.length > 0)
      throw invalidParameter('logStreamNames and logStreamNamePrefixes cannot both be specified.');
    if (logStreamNames.length + logStreamNamePrefixes.length > 0 && logGroupIdentifiers.length !== 1)
      throw invalidParameter('Log streams can be specified only with exactly one log group.');
    const logEventFilterPattern = optionalText(input, 'logEventFilterPattern');
    const wanted = filterPattern(logEventFilterPattern);
    const groups = logGroupIdentifiers.map((identifier) => findGroup(identifier, context));
    return {
      responseStream: tails.open({
        sessionId: random.uuid(),
        groups,
        logGroupIdentifiers,
        logStreamNames,
        logStreamNamePrefixes,
        logEventFilterPattern,
        wanted,
      }),
    };
  },
} satisfies Operation;

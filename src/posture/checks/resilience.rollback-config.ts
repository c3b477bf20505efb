import { type Check, evidenceOf, type Judgement, unanswered } from '../check.ts';
import * as describe from '../describe.ts';
import { cli, commands, comment } from '../remedy.ts';
import type { Variant } from '../variants.ts';

/** How many configs of the account are looked at, newest first, as when a roll-back is planned. */
const mostLookedAt = 40;

const modelsOf = (variants: readonly Variant[] | undefined): string =>
  [...new Set((variants ?? []).map(({ ModelName }) => ModelName ?? ''))].sort().join(' ');

const check: Check = {
  id: 'resilience.rollback-config',
  topic: 'resilience',
  title: 'a second config to go back to',
  about: ['sagemaker.endpoint'],
  why: 'When its config turns out to be the attacker’s work there is none to roll back to: the endpoint has to be deleted, or serves on.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html'],
  remedy: () =>
    commands(
      comment('Keep the config that is known to be good under a second name, and a copy of it outside of the account:'),
      cli('sagemaker', 'describe-endpoint-config', { 'endpoint-config-name': 'CONFIG' }),
      'aws sagemaker create-endpoint-config --cli-input-json file://known-good.json',
    ),
  judge(subject, { ask }): readonly Judgement[] {
    const described = describe.endpoint(subject, ask);
    if (described.state !== 'read') return [unanswered([described])!];
    const current = described.value.EndpointConfigName ?? '';
    const listed = ask('sagemaker:ListEndpointConfigs', {
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: mostLookedAt,
    });
    if (listed.state !== 'read') return [unanswered([listed])!];
    const names = (listed.value.EndpointConfigs ?? []).flatMap(({ EndpointConfigName }) => EndpointConfigName ?? []);
    const own = describe.endpointConfig({ name: current }, ask);
    const others = names
      .filter((name) => name !== current)
      .map((name) => ({ name, reading: describe.endpointConfig({ name }, ask) }));
    if (own.state !== 'read') return [unanswered([own])!];
    const wanted = modelsOf(own.value.ProductionVariants);
    const same = others.filter(
      ({ reading }) => reading.state === 'read' && modelsOf(reading.value.ProductionVariants) === wanted,
    );
    if (same.length > 0)
      return [
        {
          verdict: 'sound',
          evidence: [
            evidenceOf(
              listed,
              'EndpointConfigs',
              `${same
                .slice(0, 4)
                .map(({ name }) => name)
                .join(', ')}: the same models`,
            ),
          ],
        },
      ];
    // What was deleted meanwhile is none to go back to.
    const open = unanswered(others.flatMap(({ reading }) => (reading.state === 'gone' ? [] : [reading])));
    if (open) return [open];
    return [
      {
        verdict: 'weak',
        evidence: [
          evidenceOf(
            listed,
            'EndpointConfigs',
            `none of ${others.length} others${listed.value.NextToken ? ' (the newest)' : ''} has the models of ${current}`,
          ),
        ],
      },
    ];
  },
};
export default check;

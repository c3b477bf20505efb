import { named } from '../named.ts';

const foundationModel = { kind: 'bedrock.foundation-model', arn: ':foundation-model/{name}' } as const;

/** Bedrock: models, guardrails, agents, knowledge bases. */
export default named('bedrock', {
  modelid: foundationModel,
  basemodelidentifier: { ...foundationModel, relation: 'uses' },
  guardrailidentifier: { kind: 'bedrock.guardrail', arn: 'guardrail/{name}' },
  agentid: { kind: 'bedrock.agent', arn: 'agent/{name}' },
  knowledgebaseid: { kind: 'bedrock.knowledge-base', arn: 'knowledge-base/{name}' },
  custommodelname: { kind: 'bedrock.custom-model' },
});

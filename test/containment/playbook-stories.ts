import { parseArgs } from 'node:util';
import { ground } from './playbook-ground.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, seed: { type: 'string', default: '1' } } });

interface Story { scenario: string; playbook: string; kind: string; subject: string; speed: number; ready: RegExp; regions?: string[] }
const domain='d-prod0ml0studio';
const stories: Story[] = [
  { scenario: 'endpoint-siphon', playbook: 'endpoint-siphon', kind: 'sagemaker.endpoint', subject: 'recsys-ranker', speed: 60, ready: /deny-all deploy-bot/ },
  { scenario: 'lifecycle-backdoor', playbook: 'lifecycle-backdoor', kind: 'sagemaker.notebook-instance', subject: 'fraud-lab', speed: 60, ready: /neutralise/ },
  { scenario: 'presigned-url-hijack', playbook: 'stolen-role-credentials', kind: 'iam.role', subject: 'ds-exec', speed: 60, ready: /quarantine ds-exec/ },
  { scenario: 'log-tampering', playbook: 'stolen-access-key', kind: 'iam.user', subject: 'ops-bot', speed: 60, ready: /start-logging/ },
  { scenario: 'studio-role-swap', playbook: 'studio-hijack', kind: 'sagemaker.user-profile', subject: '', speed: 60, ready: /close-apps/ },
  { scenario: 'registry-poisoning', playbook: 'registry-poisoning', kind: 'sagemaker.model-package-group', subject: 'fraud-models', speed: 60, ready: /reject/ },
  { scenario: 'cross-account-share', playbook: 'cross-account-share', kind: 'sagemaker.model-package-group', subject: 'fraud-models', speed: 60, ready: /remove-outside/ },
];
import { accountId } from '../../src/range/estate-definition.ts';
import { domain as dom } from '../../src/range/estate-things.ts';
for (const s of stories) {
  if (values.only && !s.scenario.includes(values.only)) continue;
  const signal = AbortSignal.timeout(180_000);
  const g = await ground({ scenario: s.scenario, speed: s.speed, seed: Number(values.seed) }, signal, s.regions ?? []);
  const subject = s.subject || `arn:aws:sagemaker:us-east-1:${accountId}:user-profile/${dom}/bob`;
  console.log(`\n== ${s.scenario} by ${s.playbook} on ${subject}`);
  try {
    let plan = await g.prepareUntil(s.playbook, s.kind, subject, ({ steps }) => steps.some(({ actionId, target }) => s.ready.test(`${actionId} ${target.name}`)));
    for (let round = 1; round <= 4; round += 1) {
      console.log(`round ${round}: order ${plan.order.first}: ${plan.order.why}`);
      for (const st of plan.steps) console.log(`   ${st.purpose} ${st.actionId} ${st.target.name}`);
      for (const o of (plan as any).leftOut ?? (plan as any).none ?? []) console.log('   -', JSON.stringify(o));
      const t0 = performance.now();
      const after = await g.run(plan, { handOff: () => ({ do: 'send' }) });
      for (const st of after.steps) console.log(`   > ${st.actionId} ${st.target.name}: ${st.state} ${st.reason ?? ''}`);
      console.log(`   next: ${JSON.stringify(after.next)} in ${Math.round(performance.now() - t0)} ms`);
      let state = 'running';
      for (const end = performance.now() + 15_000; performance.now() < end; ) { state = g.range.story.get().state; if (state !== 'running') break; await new Promise((r) => setTimeout(r, 50)); }
      console.log(`   story: ${state}`);
      if (state !== 'running') break;
      plan = await g.prepare(s.playbook, s.kind, subject);
    }
  } catch (error) { console.log('FAILED', String(error).slice(0, 3000)); }
  await g.close();
}

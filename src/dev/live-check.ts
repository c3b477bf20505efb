/**
 * Measures on AWS what the facts mark as not verified there (`npm run live-check`). Without `--i-have-read-the-list --account ID` it prints
 * what it would do and sends nothing. For a sandbox account: it makes roles, a user, notebooks, and deletes them again.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { IAMClient } from '@aws-sdk/client-iam';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Bench, Claim, Finding } from './live-check/claim.ts';
import hosting from './live-check/hosting.ts';
import identities from './live-check/identities.ts';
import notebooks from './live-check/notebooks.ts';
import studio from './live-check/studio.ts';

const claims: readonly Claim[] = [...identities, ...notebooks, ...studio, ...hosting];

const { values } = parseArgs({
  options: {
    'i-have-read-the-list': { type: 'boolean' },
    account: { type: 'string' },
    region: { type: 'string' },
    only: { type: 'string', multiple: true },
    'domain-id': { type: 'string' },
    'endpoint-config': { type: 'string' },
    /** A range: shows that this program works, and measures nothing of AWS. */
    endpoint: { type: 'string' },
    output: { type: 'string', short: 'o' },
  },
});
const say = (line: string) => void process.stdout.write(`${line}\n`);
const given = { domainId: values['domain-id'], endpointConfig: values['endpoint-config'] };
const wanted = claims.filter(({ id }) => values.only === undefined || values.only.includes(id));
const flag = { domainId: '--domain-id', endpointConfig: '--endpoint-config' } as const;

function tellList(): void {
  say('What live-check measures, what it does for that, and what it costs:\n');
  for (const { claim, costs, does, id, needs = [] } of wanted) {
    say(`${id}: ${claim}`);
    for (const line of does) say(`  - ${line}`);
    say(`  costs: ${costs}${needs.length > 0 ? `; needs ${needs.map((need) => flag[need]).join(' ')}` : ''}\n`);
  }
  say(
    'Everything it makes is named firebreak-live-check-… and deleted at the end; what could not be deleted is listed.',
  );
  say('Use a sandbox account. Nothing was sent.');
  say('To do it: npm run live-check -- --i-have-read-the-list --account ID --region REGION [--only CLAIM …]');
}

const refuse = (why: string): never => {
  process.stderr.write(`live-check: ${why}\n`);
  process.exit(3);
};

async function main(): Promise<void> {
  if (wanted.length === 0) refuse(`there is no such claim; there are ${claims.map(({ id }) => id).join(', ')}`);
  const { account } = values;
  if (!values['i-have-read-the-list'] || account === undefined) {
    tellList();
    refuse('refused without --i-have-read-the-list --account ID');
    return;
  }
  if (!/^\d{12}$/.test(account)) refuse(`--account ${account} is no account id of 12 digits`);
  const region = values.region ?? process.env.AWS_REGION;
  if (region === undefined || region === '') return void refuse('give --region');
  const { endpoint } = values;
  if (endpoint !== undefined && !/^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/?$/.test(endpoint))
    refuse(`--endpoint ${endpoint} is not on this machine: it is for a range`);
  const settings = { region, ...(endpoint === undefined ? {} : { endpoint }) };
  const sts = new STSClient(settings);
  const identity = await sts.send(new GetCallerIdentityCommand({}));
  if (identity.Account !== account)
    refuse(`the credentials are of ${identity.Account}, not of ${account}: nothing was done`);

  const stopped = new AbortController();
  process.once('SIGINT', () => {
    say('stopping: what was made is deleted first');
    stopped.abort(new Error('stopped by Ctrl-C'));
  });
  const simulated = endpoint !== undefined;
  const pauseMs = simulated ? 20 : 5_000;
  const undone: { readonly what: string; readonly how: () => Promise<unknown> }[] = [];
  /** Cleaning up goes on after Ctrl-C. */
  let cleaning = false;
  const bench: Bench = {
    iam: new IAMClient(settings),
    sts,
    sagemaker: new SageMakerClient(settings),
    cloudtrail: new CloudTrailClient(settings),
    account,
    region,
    prefix: `firebreak-live-check-${Date.now().toString(36)}`,
    simulated,
    ...given,
    as: (credentials) => ({
      iam: new IAMClient({ ...settings, credentials }),
      sts: new STSClient({ ...settings, credentials }),
      sagemaker: new SageMakerClient({ ...settings, credentials }),
    }),
    async until(atMostMs, ask) {
      for (const end = Date.now() + (simulated ? Math.min(atMostMs, 10_000) : atMostMs); Date.now() < end; ) {
        if (!cleaning) stopped.signal.throwIfAborted();
        const answer = await ask();
        if (answer !== undefined) return answer;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      return undefined;
    },
    cleanUp: (what, how) => void undone.push({ what, how }),
    say,
    now: () => Date.now(),
  };
  if (simulated) say(`SIMULATED ${endpoint}: this shows that live-check works, and measures nothing of AWS.`);

  const findings: (Finding & Pick<Claim, 'id' | 'claim'>)[] = [];
  const left: string[] = [];
  for (const claim of wanted) {
    const lacking = (claim.needs ?? []).filter((need) => given[need] === undefined);
    let finding: Finding;
    if (lacking.length > 0)
      finding = { measured: false, text: `not measured: give ${lacking.map((need) => flag[need]).join(' ')}` };
    else if (stopped.signal.aborted) finding = { measured: false, text: 'not measured: stopped' };
    else
      try {
        say(`… ${claim.id}`);
        finding = await claim.measure(bench);
      } catch (error) {
        finding = { measured: false, text: `not measured: ${(error as Error).message}` };
      }
    cleaning = true;
    for (let next = undone.pop(); next; next = undone.pop())
      try {
        await next.how();
      } catch (error) {
        left.push(`${next.what}: ${(error as Error).message}`);
      }
    cleaning = false;
    findings.push({ id: claim.id, claim: claim.claim, ...finding });
    say(`${finding.measured ? 'measured' : 'NOT MEASURED'}  ${claim.id}: ${finding.text}`);
  }
  for (const line of left) say(`NOT DELETED  ${line}`);
  if (values.output)
    writeFileSync(
      values.output,
      `${JSON.stringify({ at: new Date().toISOString(), account, region, simulated, findings, left }, undefined, 2)}\n`,
    );
  process.exitCode = left.length > 0 || findings.some(({ measured }) => !measured) ? 1 : 0;
}

await main();

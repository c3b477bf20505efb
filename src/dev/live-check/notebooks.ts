import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { type Bench, type Claim, refusalOf, seen, unseen } from './claim.ts';
import { makeRole } from './identities.ts';

const minuteMs = 60_000;
/** Calls SageMaker every 15 s as the notebook's role: the event history tells which were refused. */
const script = Buffer.from(
  '#!/bin/bash\nnohup bash -c "while true; do aws sagemaker list-models --max-results 1; sleep 15; done" >/dev/null 2>&1 &\n',
).toString('base64');

const statusOf = async ({ sagemaker }: Bench, NotebookInstanceName: string) =>
  (await sagemaker.send(new sm.DescribeNotebookInstanceCommand({ NotebookInstanceName }))).NotebookInstanceStatus;

const isGone = async (bench: Bench, name: string): Promise<true | undefined> =>
  (await refusalOf(statusOf(bench, name))) === undefined ? undefined : true;

/** A notebook of this run; stopped and deleted at the end. */
async function makeNotebook(bench: Bench, name: string, RoleArn: string, withScript: boolean): Promise<string> {
  const NotebookInstanceName = `${bench.prefix}-${name}`;
  const { sagemaker } = bench;
  if (withScript) {
    const config = { NotebookInstanceLifecycleConfigName: NotebookInstanceName };
    await sagemaker.send(
      new sm.CreateNotebookInstanceLifecycleConfigCommand({ ...config, OnStart: [{ Content: script }] }),
    );
    bench.cleanUp(`lifecycle config ${NotebookInstanceName}`, () =>
      sagemaker.send(new sm.DeleteNotebookInstanceLifecycleConfigCommand(config)),
    );
  }
  // IAM's new role is not known everywhere at once.
  const made = await bench.until(2 * minuteMs, async () =>
    (await refusalOf(
      sagemaker.send(
        new sm.CreateNotebookInstanceCommand({
          NotebookInstanceName,
          InstanceType: 'ml.t3.medium',
          RoleArn,
          ...(withScript ? { LifecycleConfigName: NotebookInstanceName } : {}),
        }),
      ),
    )) === undefined
      ? true
      : undefined,
  );
  if (!made) throw new Error(`${NotebookInstanceName} could not be made within two minutes`);
  bench.cleanUp(`notebook ${NotebookInstanceName}`, async () => {
    await bench.until(15 * minuteMs, async () => {
      const status = await statusOf(bench, NotebookInstanceName);
      if (status === 'InService') await sagemaker.send(new sm.StopNotebookInstanceCommand({ NotebookInstanceName }));
      return status === 'Stopped' || status === 'Failed' ? true : undefined;
    });
    await sagemaker.send(new sm.DeleteNotebookInstanceCommand({ NotebookInstanceName }));
    await bench.until(15 * minuteMs, () => isGone(bench, NotebookInstanceName));
  });
  return NotebookInstanceName;
}

const running = (bench: Bench, name: string) =>
  bench.until(20 * minuteMs, async () => ((await statusOf(bench, name)) === 'InService' ? true : undefined));

const states: Claim = {
  id: 'notebook-state-errors',
  claim:
    'Stop and delete of a notebook are refused with ValidationException but while it is InService, and Stopped or Failed.',
  does: [
    'iam:CreateRole, sagemaker:CreateNotebookInstance (ml.t3.medium)',
    'sagemaker:StopNotebookInstance and DeleteNotebookInstance while Pending, InService, Stopping, Stopped: the answers are kept',
    'deletes notebook and role',
  ],
  costs: 'a notebook of ml.t3.medium for about 15 minutes: some cents',
  async measure(bench) {
    const name = await makeNotebook(bench, 'states', await makeRole(bench, 'states'), false);
    const { sagemaker } = bench;
    const stop = () => refusalOf(sagemaker.send(new sm.StopNotebookInstanceCommand({ NotebookInstanceName: name })));
    const remove = () =>
      refusalOf(sagemaker.send(new sm.DeleteNotebookInstanceCommand({ NotebookInstanceName: name })));
    const found: string[] = [`Pending: stop ${await stop()}`, `Pending: delete ${await remove()}`];
    if (!(await running(bench, name))) return unseen('it was not InService within 20 minutes');
    found.push(`InService: delete ${await remove()}`, `InService: stop ${(await stop()) ?? 'taken'}`);
    found.push(`Stopping: stop ${(await stop()) ?? 'taken'}`);
    await bench.until(15 * minuteMs, async () => ((await statusOf(bench, name)) === 'Stopped' ? true : undefined));
    found.push(`Stopped: stop ${(await stop()) ?? 'taken'}`);
    return seen(found.join(' · '));
  },
};

/** An event of the history that says what somebody did since. */
async function eventsOf(bench: Bench, name: string, since: number) {
  const { Events = [] } = await bench.cloudtrail.send(
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }],
      StartTime: new Date(since),
      MaxResults: 50,
    }),
  );
  return Events.map(
    ({ CloudTrailEvent = '{}' }) =>
      JSON.parse(CloudTrailEvent) as {
        readonly eventTime?: string;
        readonly errorCode?: string;
        readonly responseElements?: object | null;
        readonly userIdentity?: { readonly arn?: string };
      },
  );
}

const redaction: Claim = {
  id: 'mint-redaction',
  claim: 'CloudTrail hides the authorizedUrl of a mint.',
  does: [
    'iam:CreateRole, sagemaker:CreateNotebookInstance (ml.t3.medium), sagemaker:CreatePresignedNotebookInstanceUrl (the URL is thrown away)',
    'cloudtrail:LookupEvents for up to 30 minutes',
    'deletes notebook and role',
  ],
  costs: 'a notebook of ml.t3.medium for about 40 minutes: some cents',
  async measure(bench) {
    const name = await makeNotebook(bench, 'redaction', await makeRole(bench, 'redaction'), false);
    if (!(await running(bench, name))) return unseen('it was not InService within 20 minutes');
    const since = bench.now() - minuteMs;
    await bench.sagemaker.send(new sm.CreatePresignedNotebookInstanceUrlCommand({ NotebookInstanceName: name }));
    const event = await bench.until(30 * minuteMs, async () =>
      (await eventsOf(bench, 'CreatePresignedNotebookInstanceUrl', since)).find(({ errorCode }) => !errorCode),
    );
    if (!event) return unseen('the event did not come within 30 minutes');
    // The answer itself may hold what it should not: only its shape is told.
    const shape = Object.entries(event.responseElements ?? {}).map(
      ([member, value]) => `${member} ${value === 'HIDDEN_DUE_TO_SECURITY_REASONS' ? 'is hidden' : 'IS SHOWN'}`,
    );
    return seen(shape.join(', ') || 'responseElements is null');
  },
};

const refresh: Claim = {
  id: 'revoke-and-compute',
  claim: 'Revoking sessions by aws:TokenIssueTime stops a running notebook only until its credentials are refreshed.',
  does: [
    'iam:CreateRole, a lifecycle config whose script calls sagemaker:ListModels every 15 s, sagemaker:CreateNotebookInstance (ml.t3.medium)',
    'iam:PutRolePolicy AWSRevokeOlderSessions with a cut-off of now',
    'cloudtrail:LookupEvents of ListModels for up to 8 hours, until a call succeeds after one was refused',
    'deletes notebook, lifecycle config and role',
  ],
  costs: 'a notebook of ml.t3.medium for up to 9 hours: about half a dollar',
  async measure(bench) {
    const RoleArn = await makeRole(bench, 'refresh');
    const RoleName = RoleArn.slice(RoleArn.lastIndexOf('/') + 1);
    const name = await makeNotebook(bench, 'refresh', RoleArn, true);
    if (!(await running(bench, name))) return unseen('it was not InService within 20 minutes');
    const since = bench.now();
    const own = async () =>
      (await eventsOf(bench, 'ListModels', since)).filter(({ userIdentity }) => userIdentity?.arn?.includes(RoleName));
    const first = await bench.until(bench.simulated ? minuteMs : 30 * minuteMs, async () => {
      const calls = await own();
      return calls.length > 0 ? calls : undefined;
    });
    if (!first) return unseen('no call of the notebook was seen');
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(bench.now()).toISOString() } },
        },
      ],
    });
    await bench.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'AWSRevokeOlderSessions', PolicyDocument }));
    const revokedAt = bench.now();
    const ended = await bench.until(8 * 60 * minuteMs, async () => {
      const calls = (await own()).toSorted((a, b) => ((a.eventTime ?? '') < (b.eventTime ?? '') ? -1 : 1));
      const refused = calls.find(({ errorCode }) => errorCode);
      const again = calls.find(
        ({ errorCode, eventTime = '' }) => refused && !errorCode && eventTime > (refused.eventTime ?? ''),
      );
      return again && refused ? { refused: refused.eventTime ?? '', again: again.eventTime ?? '' } : undefined;
    });
    return ended
      ? seen(
          `refused at ${ended.refused}, allowed again at ${ended.again}: ${Math.round((Date.parse(ended.again) - revokedAt) / 1000)} s after the revocation`,
        )
      : seen('not allowed again within 8 hours');
  },
};

/** Cookies that a page sets, as the next request sends them. */
const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

const openSession: Claim = {
  id: 'deny-cuts-open-session',
  claim: 'A deny of the mint action on whoever minted a URL also cuts the Jupyter session that it opened.',
  does: [
    'iam:CreateRole twice, sagemaker:CreateNotebookInstance (ml.t3.medium)',
    'sts:AssumeRole of the second role, sagemaker:CreatePresignedNotebookInstanceUrl with it; the URL is opened here, its cookies are kept in memory',
    'iam:PutRolePolicy (deny the mint) on the second role; the open session is asked every 5 s for 15 minutes',
    'deletes notebook and roles',
  ],
  costs: 'a notebook of ml.t3.medium for about 30 minutes: some cents',
  async measure(bench) {
    if (bench.simulated) return unseen('a range has no Jupyter behind its URLs');
    const minter = await makeRole(bench, 'minter');
    const RoleName = minter.slice(minter.lastIndexOf('/') + 1);
    const mint = 'sagemaker:CreatePresignedNotebookInstanceUrl';
    const statement = (Effect: string) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action: mint, Resource: '*' }] });
    await bench.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'mint', PolicyDocument: statement('Allow') }),
    );
    const name = await makeNotebook(bench, 'session', await makeRole(bench, 'session'), false);
    if (!(await running(bench, name))) return unseen('it was not InService within 20 minutes');
    const { Credentials } = await bench.sts.send(new AssumeRoleCommand({ RoleArn: minter, RoleSessionName: 'minter' }));
    const { sagemaker } = bench.as({
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    });
    const { AuthorizedUrl = '' } = await sagemaker.send(
      new sm.CreatePresignedNotebookInstanceUrlCommand({ NotebookInstanceName: name }),
    );
    const opened = await fetch(AuthorizedUrl, { redirect: 'manual' });
    const cookie = cookiesOf(opened);
    const api = new URL('/api/status', AuthorizedUrl);
    const ask = async () => (await fetch(api, { headers: { cookie }, redirect: 'manual' })).status;
    const before = await ask();
    if (before !== 200) return unseen(`the session did not open here: /api/status answered ${before}`);
    const at = bench.now();
    await bench.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'deny', PolicyDocument: statement('Deny') }));
    const cut = await bench.until(15 * minuteMs, async () => {
      const status = await ask();
      return status === 200 ? undefined : status;
    });
    return cut === undefined
      ? seen('the open session still answered after 15 minutes: a deny alone does not cut it')
      : seen(`the open session answered ${cut} after ${Math.round((bench.now() - at) / 1000)} s`);
  },
};

export default [states, redaction, openSession, refresh];

import { accountId } from '../../src/range/estate-definition.ts';
import { domain } from '../../src/range/estate-things.ts';
import type { Stage } from './stage.ts';

const minute = 60_000;

/** What somebody does about an attack, and when he begins, ms after the start. */
export interface Response {
  readonly afterMs: number;
  readonly run: (stage: Stage) => Promise<void>;
}

/** What a scenario is held against; one row each. */
export interface ScenarioCase {
  readonly id: string;
  /** What contains him: the actions of the playbook that the scenario names, in their order. */
  readonly right: Response & {
    /** Calls of his that are refused from then on, as AWS writes them. */
    readonly refused: readonly string[];
    /** Benign people who are refused as well, by the name of the identity that a plan says is hit. */
    readonly victims?: { readonly [who: string]: string };
  };
  /** What seems to help and does not, and why: the fact it goes against. Each ends with his goal reached. */
  readonly wrong: readonly (Response & {
    readonly title: string;
    readonly fact: string;
    /** What the scorecard says of it; absent where only the goal shows it. */
    readonly lesson?: RegExp;
  })[];
}

const studio = (kind: string, rest: string) => `arn:aws:sagemaker:us-east-1:${accountId}:${kind}/${domain}/${rest}`;
const group = 'fraud-models';
const bucket = `ml-prod-models-${accountId}`;
const outsider = 'arn:aws:iam::666677778888:role/sync';
const fifthPackage = `arn:aws:sagemaker:us-east-1:${accountId}:model-package/${group}/5`;

/** Every key of a user that is active. */
async function deactivateKeys(stage: Stage, user: string): Promise<void> {
  for (const key of await stage.keysOf(user)) await stage.contain('iam.access-key.deactivate', key);
}

/** Every job of the miners that runs, in both Regions. */
async function stopMiners(stage: Stage): Promise<void> {
  const account = JSON.parse(await stage.range.state()) as {
    readonly regions: readonly {
      readonly name: string;
      readonly things: readonly { readonly kind: string; readonly id: string; readonly status: string }[];
    }[];
  };
  for (const { name: region, things } of account.regions)
    for (const { id, kind, status } of things)
      if (status === 'InProgress' && /^(dist-train|data-prep)/.test(id))
        await stage.contain(`sagemaker.${kind}.stop`, id, {}, region);
}

/** The table: what is right, and what is not, for each scenario. */
export const cases: readonly ScenarioCase[] = [
  {
    id: 'presigned-url-hijack',
    right: {
      afterMs: 3 * minute,
      run: async (stage) => {
        // Credentials of the role are used from outside: it comes first.
        await stage.contain('iam.role.quarantine', 'ds-exec');
        await stage.contain('iam.user.deny-sagemaker-entry', 'alice');
        await deactivateKeys(stage, 'alice');
        await stage.contain('sagemaker.notebook-instance.stop', 'fraud-lab');
      },
      refused: ['CreateEndpointConfig'],
      victims: { alice: 'alice' },
    },
    wrong: [
      {
        title: 'revoking the sessions of ds-exec while fraud-lab runs',
        lesson: /sessions of ds-exec revoked/,
        fact: '5.0, 4: instance credentials are refreshed, and the new token passes',
        afterMs: 3 * minute,
        run: async (stage) => {
          await deactivateKeys(stage, 'alice');
          await stage.contain('iam.role.revoke-sessions', 'ds-exec');
        },
      },
      {
        title: 'deleting the endpoint while he can make it again',
        lesson: /deleted while he could make it again/,
        fact: '5.1, E1: the config stays, and so does whoever may create endpoints',
        afterMs: 14 * minute,
        run: (stage) => stage.contain('sagemaker.endpoint.delete', 'fraud-scorer'),
      },
    ],
  },
  {
    id: 'passrole-miner',
    right: {
      afterMs: 5 * minute,
      run: async (stage) => {
        await deactivateKeys(stage, 'ci-batch');
        await stopMiners(stage);
      },
      refused: ['CreateTrainingJob'],
      victims: { 'ci-batch': 'ci-batch' },
    },
    wrong: [
      {
        title: 'stopping the jobs while he can start others',
        lesson: /stopped while he could start another/,
        fact: '5.0, 6 and 5.3: what is stopped is begun again by whoever may',
        afterMs: 5 * minute,
        run: stopMiners,
      },
      {
        title: 'deactivating the keys alone',
        fact: '5.0, 1: compute that runs needs no key',
        afterMs: 9 * minute,
        run: (stage) => deactivateKeys(stage, 'ci-batch'),
      },
    ],
  },
  {
    id: 'lifecycle-backdoor',
    right: {
      afterMs: 8 * minute,
      run: async (stage) => {
        await stage.contain('iam.role.quarantine', 'ds-exec');
        await deactivateKeys(stage, 'nadia');
        await stage.contain('sagemaker.notebook-instance.stop', 'fraud-lab');
        await stage.contain('sagemaker.notebook-instance-lifecycle-config.neutralise', 'bootstrap');
      },
      refused: ['GetObject', 'StartNotebookInstance'],
    },
    wrong: [
      {
        title: 'revoking the sessions of ds-exec while the script runs',
        lesson: /sessions of ds-exec revoked/,
        fact: '5.0, 4: the script sends the refreshed credentials',
        afterMs: 8 * minute,
        run: async (stage) => {
          await deactivateKeys(stage, 'nadia');
          await stage.contain('iam.role.revoke-sessions', 'ds-exec');
        },
      },
      {
        title: 'stopping the notebook with its script left in place',
        lesson: /copies of its credentials/,
        fact: '5.6: stopping compute does not kill credentials copied out; 5.2, N1: the next start runs the script again',
        afterMs: 8 * minute,
        run: (stage) => stage.contain('sagemaker.notebook-instance.stop', 'fraud-lab'),
      },
    ],
  },
  {
    id: 'endpoint-siphon',
    right: {
      afterMs: 8 * minute,
      run: async (stage) => {
        await deactivateKeys(stage, 'deploy-bot');
        await stage.contain('iam.role.revoke-sessions', 'ci-deployer');
        await stage.contain('sagemaker.endpoint.roll-back-config', 'recsys-ranker', { config: 'recsys-ranker-v12' });
      },
      refused: ['UpdateEndpoint', 'AssumeRole'],
      victims: { ci: 'ci-deployer' },
    },
    wrong: [
      {
        title: 'revoking the sessions alone',
        fact: '5.7, R3: fresh assumptions pass, and the endpoint goes on as it is',
        afterMs: 8 * minute,
        run: (stage) => stage.contain('iam.role.revoke-sessions', 'ci-deployer'),
      },
      {
        title: 'rolling back while he may update',
        lesson: /rolled back while he could/,
        fact: '5.0, 2: entry first',
        afterMs: 8 * minute,
        run: (stage) =>
          stage.contain('sagemaker.endpoint.roll-back-config', 'recsys-ranker', { config: 'recsys-ranker-v12' }),
      },
      {
        title: 'deleting the endpoint while he can make it again',
        lesson: /deleted while he could make it again/,
        fact: '5.1, E1: the config stays, and so does whoever may create endpoints',
        afterMs: 8 * minute,
        run: (stage) => stage.contain('sagemaker.endpoint.delete', 'recsys-ranker'),
      },
    ],
  },
  {
    id: 'registry-poisoning',
    right: {
      afterMs: 7 * minute,
      run: async (stage) => {
        await stage.contain('iam.user.deny-all', 'omar');
        await stage.contain('sagemaker.model-package.reject', fifthPackage);
        await stage.contain('events.rule.disable', 'fraud-deploy-on-approval');
        await stage.contain('sagemaker.endpoint.roll-back-config', 'fraud-scorer', { config: 'fraud-scorer-v3' });
      },
      refused: ['UpdateModelPackage', 'CreateModelPackage'],
      victims: { omar: 'omar' },
    },
    wrong: [
      {
        title: 'rejecting the package alone',
        lesson: /rejected while he could approve/,
        fact: '5.5, G1: what is deployed is not touched',
        afterMs: 7 * minute,
        run: (stage) => stage.contain('sagemaker.model-package.reject', fifthPackage),
      },
      {
        title: 'rolling back while he may approve',
        lesson: /rolled back while he could/,
        fact: '5.5, G1: an approval starts the deployment again',
        afterMs: 7 * minute,
        run: (stage) =>
          stage.contain('sagemaker.endpoint.roll-back-config', 'fraud-scorer', { config: 'fraud-scorer-v3' }),
      },
      {
        title: 'deactivating the key, whose session token lives on, and rolling back',
        lesson: /one key of omar switched off/,
        fact: '5.7, K1: credentials that the key issued live on',
        afterMs: 7 * minute,
        run: async (stage) => {
          await deactivateKeys(stage, 'omar');
          await stage.contain('sagemaker.endpoint.roll-back-config', 'fraud-scorer', { config: 'fraud-scorer-v3' });
        },
      },
    ],
  },
  {
    id: 'studio-role-swap',
    right: {
      afterMs: 7 * minute,
      run: async (stage) => {
        await stage.contain('iam.role.quarantine', 'ml-platform-admin');
        await stage.contain('iam.user.deny-all', 'it-helpdesk');
        await stage.contain('sagemaker.user-profile.close-apps', studio('user-profile', 'bob'));
      },
      refused: ['GetObject', 'CreateApp'],
      victims: { 'it-helpdesk': 'it-helpdesk' },
    },
    wrong: [
      {
        title: 'revoking the sessions of the role while the app runs',
        lesson: /sessions of ml-platform-admin revoked/,
        fact: '5.0, 4: the app gets new credentials',
        afterMs: 7 * minute,
        run: (stage) => stage.contain('iam.role.revoke-sessions', 'ml-platform-admin'),
      },
      {
        title: 'deactivating the key he came with',
        lesson: /one key of it-helpdesk switched off/,
        fact: '5.0, 1: two identities; he acts as the role, and made a second key',
        afterMs: 5 * minute,
        run: async (stage) => {
          const [first] = await stage.keysOf('it-helpdesk');
          await stage.contain('iam.access-key.deactivate', first ?? '');
        },
      },
    ],
  },
  {
    id: 'cross-account-share',
    right: {
      afterMs: 6 * minute,
      run: async (stage) => {
        await stage.contain('iam.user.deny-all', 'rita');
        await stage.contain('sagemaker.model-package-group.remove-outside-access', group);
        await stage.contain('s3.bucket.deny-principal', bucket, { principal: outsider });
      },
      refused: ['GetObject', 'PutBucketPolicy'],
      victims: { staging: '444455556666' },
    },
    wrong: [
      {
        title: 'deactivating the key',
        lesson: /one key of rita switched off/,
        fact: '5.5, G2: the other account is let in by the policies, not by the key',
        afterMs: 6 * minute,
        run: (stage) => deactivateKeys(stage, 'rita'),
      },
      {
        title: 'closing the bucket while he may write its policy',
        lesson: /changed while he could write it/,
        fact: '5.8, S1: the policy is one document, replaced as a whole by whoever may; 5.7, K1: the token lives on',
        afterMs: 6 * minute,
        run: async (stage) => {
          await deactivateKeys(stage, 'rita');
          await stage.contain('s3.bucket.deny-principal', bucket, { principal: outsider });
        },
      },
    ],
  },
  {
    id: 'log-tampering',
    right: {
      afterMs: 5 * minute,
      run: async (stage) => {
        await stage.contain('iam.user.deny-all', 'ops-bot');
        await stage.contain('iam.role.revoke-sessions', 'logs-maintenance');
        await stage.contain('cloudtrail.trail.start-logging', 'main-trail');
        await stage.contain('logs.log-group.keep', `aws-cloudtrail-logs-${accountId}-main`);
      },
      refused: ['StopLogging', 'AssumeRole'],
      victims: { 'ops-bot': 'ops-bot' },
    },
    wrong: [
      {
        title: 'switching the trail on while he may switch it off',
        lesson: /logging started while he could stop it/,
        fact: '5.0, 2: entry first',
        afterMs: 5 * minute,
        run: (stage) => stage.contain('cloudtrail.trail.start-logging', 'main-trail'),
      },
      {
        title: 'deactivating the key, whose session lives on',
        lesson: /one key of ops-bot switched off/,
        fact: '5.7, K1: credentials that the key issued live on',
        afterMs: 5 * minute,
        run: async (stage) => {
          await deactivateKeys(stage, 'ops-bot');
          await stage.contain('cloudtrail.trail.start-logging', 'main-trail');
        },
      },
    ],
  },
];

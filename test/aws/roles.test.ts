import { afterEach, beforeEach, expect, test } from 'vitest';
import { roleArnFor, sessionNameOf } from '../../src/aws/assume-role.ts';
import { type OpenDoor, type OpenOptions, openAws } from '../../src/aws/client.ts';
import type { AwsCallError } from '../../src/model/errors.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { type AnsweringServer, json, startAnsweringServer, xml, xmlError } from './answering-server.ts';
import { type AwsFiles, createAwsFiles } from './aws-files.ts';
import { createManualClock } from './manual-clock.ts';

let server: AnsweringServer;
let files: AwsFiles;
const doors: OpenDoor[] = [];
beforeEach(async () => {
  server = await startAnsweringServer();
  files = await createAwsFiles();
});
afterEach(async () => {
  for (const door of doors.splice(0)) door.close();
  await server.close();
  await files.remove();
});

const open = async (options: Partial<OpenOptions> = {}): Promise<OpenDoor> => {
  const door = await openAws({
    clock: systemClock,
    region: 'eu-west-1',
    env: { ...files.env, AWS_ENDPOINT_URL: server.endpoint },
    ...options,
  });
  doors.push(door);
  return door;
};
const failure = (promise: Promise<unknown>): Promise<AwsCallError> =>
  promise.then(
    () => Promise.reject(new Error('It should have failed')),
    (error) => error,
  );
const look = (door: OpenDoor) => door.aws.call('sagemaker:DescribeEndpoint', { EndpointName: 'fraud-scorer' });
const keysOf = (index: number) => /Credential=(\w+)/.exec(String(server.requests[index]?.headers.authorization))?.[1];
const assumed = (accessKeyId: string, minutes = 60) =>
  xml(
    200,
    `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${new Date(Date.now() + minutes * 60_000).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  );
const described = json(200, { EndpointName: 'fraud-scorer' });
/** Roles are taken on as the test says, everything else works. */
const answerRoles = (role: AnsweringServer['answer']) => {
  server.answer = (request, response, message) =>
    (request.operation === 'AssumeRole' ? role : described)(request, response, message);
};
const assumptions = () =>
  server.requests
    .filter(({ operation }) => operation === 'AssumeRole')
    .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));

const role = 'arn:aws:iam::222233334444:role/IncidentResponse';
const withMfa = `[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = b
[profile responder]
source_profile = base
role_arn = ${role}
mfa_serial = arn:aws:iam::111122223333:mfa/me
external_id = shared
`;

test('an MFA code is asked for once, however many calls wait', async () => {
  await files.config(withMfa);
  answerRoles(assumed('ASIAROLE'));
  const asked: string[][] = [];
  let answer: (code: string) => void = () => {};
  const door = await open({
    profile: 'responder',
    incident: 'INC 7',
    mfaCode: (device, profile) => {
      asked.push([device, profile]);
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  });
  const calls = [look(door), door.aws.call('iam:GetRole', { RoleName: 'x' }).catch(() => {}), look(door)];
  await expect.poll(() => asked).toEqual([['arn:aws:iam::111122223333:mfa/me', 'responder']]);
  expect(server.requests).toHaveLength(0);
  // Another door goes on meanwhile.
  await look(await open({ profile: 'base' }));
  answer(' 123456 ');
  await Promise.all(calls);
  await look(door);
  expect(asked).toHaveLength(1);
  expect(assumptions()).toEqual([
    expect.objectContaining({
      RoleArn: role,
      RoleSessionName: 'firebreak-INC-7',
      ExternalId: 'shared',
      SerialNumber: 'arn:aws:iam::111122223333:mfa/me',
      TokenCode: '123456',
    }),
  ]);
  expect(keysOf(1)).toBe('AKIABASE');
  expect(keysOf(server.requests.length - 1)).toBe('ASIAROLE');
});

test('a question that was declined comes again after 30 s, not sooner', async () => {
  await files.config(withMfa);
  const clock = createManualClock();
  answerRoles(assumed('ASIAROLE'));
  let asked = 0;
  const door = await open({
    profile: 'responder',
    clock,
    mfaCode: async () => {
      asked += 1;
      if (asked === 1) throw new Error('Escape');
      return asked === 2 ? '' : '123456';
    },
  });
  const declined = { reason: 'expired', outcome: 'refused', code: 'MfaDeclined' };
  expect(await failure(look(door))).toMatchObject(declined);
  for (const _ of [1, 2, 3]) expect(await failure(look(door))).toMatchObject(declined);
  await clock.advance(29_000);
  await failure(look(door));
  expect(asked).toBe(1);
  await clock.advance(1_000);
  expect(await failure(look(door))).toMatchObject(declined);
  expect(asked).toBe(2);
  await clock.advance(30_000);
  await look(door);
  expect(asked).toBe(3);
  expect(assumptions()).toHaveLength(1);
});

test('a wrong code: the error says so, and the next call asks again', async () => {
  await files.config(withMfa);
  const wrong = 'MultiFactorAuthentication failed with invalid MFA one time pass code.';
  answerRoles((request, response) =>
    (request.body.includes('TokenCode=000000') ? xmlError(403, 'AccessDenied', wrong) : assumed('ASIAROLE'))(
      request,
      response,
    ),
  );
  const codes = ['000000', '12345x', '123456'];
  const door = await open({ profile: 'responder', mfaCode: async () => codes.shift() ?? '' });
  expect(await failure(look(door))).toMatchObject({
    reason: 'expired',
    code: 'MfaRefused',
    message: expect.stringContaining(wrong),
  });
  const refused = await failure(look(door));
  expect(refused).toMatchObject({ reason: 'expired', code: 'MfaRefused' });
  expect(refused.message).not.toContain('12345x');
  await look(door);
  expect(codes).toEqual([]);
  expect(assumptions()).toHaveLength(2);
});

test('nobody to ask: the error says what to do', async () => {
  await files.config(withMfa);
  const door = await open({ profile: 'responder' });
  expect(await failure(look(door))).toMatchObject({
    reason: 'expired',
    message: 'Profile responder requires multi-factor authentication, but no MFA code callback was provided.',
    nextSteps: ['Get a session with `aws sts get-session-token` and export its three variables'],
  });
  expect(server.requests).toHaveLength(0);
});

test('a call that is cancelled does not wait for the answer to a question', async () => {
  await files.config(withMfa);
  const leave = new AbortController();
  const door = await open({
    profile: 'responder',
    mfaCode: () => {
      leave.abort();
      return new Promise(() => {});
    },
  });
  const call = door.aws.call('sagemaker:DescribeEndpoint', { EndpointName: 'x' }, { signal: leave.signal });
  expect(await failure(call)).toMatchObject({ reason: 'aborted', outcome: 'refused' });
  const other = failure(look(door));
  door.close();
  expect(await other).toMatchObject({ reason: 'aborted' });
});

test('keys that were renewed while an old answer was on its way stay: no second question', async () => {
  await files.config(withMfa);
  let issued = 0;
  let release = () => {};
  server.answer = (request, response, message) => {
    if (request.operation === 'AssumeRole') {
      issued += 1;
      return assumed(`ASIA${issued}`)(request, response);
    }
    if (!request.headers.authorization?.includes('ASIA1')) return described(request, response);
    const refuse = () => json(400, { __type: 'ExpiredTokenException', message: 'expired' })(request, response);
    if (message.headers['x-amz-target']?.includes('DescribeModel')) release = refuse;
    else refuse();
  };
  let asked = 0;
  const mfaCode = async () => {
    asked += 1;
    return '123456';
  };
  const door = await open({ profile: 'responder', mfaCode });
  const slow = failure(door.aws.call('sagemaker:DescribeModel', { ModelName: 'x' }));
  await expect.poll(() => server.requests.some(({ operation }) => operation === 'DescribeModel')).toBe(true);
  expect(await failure(look(door))).toMatchObject({ reason: 'expired' });
  await look(door);
  release();
  expect(await slow).toMatchObject({ reason: 'expired' });
  await look(door);
  expect([asked, issued]).toEqual([2, 2]);
});

test('a role over the base credentials, and again before it ends', async () => {
  await files.config('[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = b\n');
  let issued = 0;
  answerRoles((request, response) => {
    issued += 1;
    // The first ends within the five minutes in which keys are renewed.
    assumed(`ASIA${issued}`, issued === 1 ? 4 : 60)(request, response);
  });
  const clock = createManualClock(Date.now());
  const door = await open({
    profile: 'base',
    clock,
    incident: 'INC-7',
    assume: { roleArn: roleArnFor('arn:aws:iam::{account}:role/IncidentResponse', '222233334444'), externalId: 'x y' },
  });
  await look(door);
  expect(keysOf(0)).toBe('AKIABASE');
  expect(keysOf(server.requests.findIndex(({ operation }) => operation === 'DescribeEndpoint'))).toBe('ASIA1');
  await look(door);
  expect(issued).toBe(1);
  await clock.advance(11_000);
  await expect
    .poll(async () => {
      await look(door);
      return keysOf(server.requests.length - 1);
    })
    .toBe('ASIA2');
  expect(issued).toBe(2);
  expect(assumptions()[0]).toMatchObject({ RoleArn: role, ExternalId: 'x y', RoleSessionName: 'firebreak-INC-7' });
});

test('the question that comes before a role ends: the old keys go on meanwhile', async () => {
  await files.config(withMfa);
  const clock = createManualClock(Date.now());
  let issued = 0;
  answerRoles((request, response) => {
    issued += 1;
    assumed(`ASIA${issued}`, issued === 1 ? 4 : 60)(request, response);
  });
  let asked = 0;
  let answer: (code: string) => void = () => {};
  const door = await open({
    profile: 'responder',
    clock,
    mfaCode: () => {
      asked += 1;
      return asked === 1
        ? Promise.resolve('123456')
        : new Promise((resolve) => {
            answer = resolve;
          });
    },
  });
  await look(door);
  await clock.advance(11_000);
  await look(door);
  await look(door);
  await expect.poll(() => asked).toBe(2);
  expect(keysOf(server.requests.length - 1)).toBe('ASIA1');
  answer('654321');
  await expect
    .poll(async () => {
      await look(door);
      return keysOf(server.requests.length - 1);
    })
    .toBe('ASIA2');
  expect(asked).toBe(2);
});

test('the base profile’s device is asked for the role', async () => {
  await files.config(
    '[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = b\nmfa_serial = GAHT12345678\n',
  );
  answerRoles(assumed('ASIAROLE'));
  const asked: string[] = [];
  const mfaCode = async (device: string, profile: string) => {
    asked.push(`${device} ${profile}`);
    return '123456';
  };
  await look(await open({ profile: 'base', assume: { roleArn: role }, mfaCode }));
  expect(asked).toEqual(['GAHT12345678 base']);
  expect(assumptions()[0]).toMatchObject({ SerialNumber: 'GAHT12345678', TokenCode: '123456' });
});

test('a role that may not be taken on: names the action and the role; nothing was sent', async () => {
  await files.credentials('[default]\naws_access_key_id = AKIABASE\naws_secret_access_key = b\n');
  answerRoles(xmlError(403, 'AccessDenied', 'User: me is not authorized to perform: sts:AssumeRole'));
  const door = await open({ assume: { roleArn: role } });
  expect(await failure(look(door))).toMatchObject({
    reason: 'denied',
    operation: 'sts:AssumeRole',
    outcome: 'refused',
    message: expect.stringContaining(role),
    nextSteps: [expect.stringContaining(`sts:AssumeRole on ${role}`)],
  });
  expect(server.requests.map(({ operation }) => operation)).toEqual(['AssumeRole']);
});

test('no role’s ARN, no account', async () => {
  for (const roleArn of [
    'IncidentResponse',
    'arn:aws:iam::{account}:role/x',
    'arn:aws:iam::111122223333:user/me',
    '',
  ]) {
    await expect(open({ assume: { roleArn } })).rejects.toMatchObject({
      exitCode: 2,
      message: `"${roleArn}" is no role ARN`,
    });
  }
  expect(() => roleArnFor('arn:aws:iam::{account}:role/x', 'prod')).toThrow('"prod" is no account');
  expect(roleArnFor('arn:aws-cn:iam::{account}:role/a/b', '111122223333')).toBe(
    'arn:aws-cn:iam::111122223333:role/a/b',
  );
});

test('a session’s name has the letters and the length that STS takes', () => {
  expect(sessionNameOf('INC fraud/lab é')).toBe('firebreak-INC-fraud-lab-');
  expect(sessionNameOf('')).toBe('firebreak');
  expect(sessionNameOf('x'.repeat(99))).toHaveLength(64);
});

test('a chain of roles, and one whose source fails', async () => {
  await files.config(`[profile first]
role_arn = arn:aws:iam::111122223333:role/First
source_profile = first
aws_access_key_id = AKIAFIRST
aws_secret_access_key = b
[profile middle]
role_arn = arn:aws:iam::111122223333:role/First
source_profile = first
[profile second]
role_arn = ${role}
source_profile = middle
role_session_name = mine
[profile loop]
role_arn = ${role}
source_profile = loop
[profile lost]
role_arn = ${role}
source_profile = nobody
mfa_serial = m
[profile odd]
role_arn = ${role}
credential_source = Moon
`);
  answerRoles((request, response) =>
    assumed(request.body.includes('First') ? 'ASIAFIRST' : 'ASIASECOND')(request, response),
  );
  await look(await open({ profile: 'first' }));
  expect(keysOf(0)).toBe('AKIAFIRST');
  expect(assumptions()).toHaveLength(1);
  await look(await open({ profile: 'second' }));
  expect(assumptions().map(({ RoleSessionName }) => RoleSessionName)).toEqual(['firebreak', 'firebreak', 'mine']);
  expect(keysOf(server.requests.length - 1)).toBe('ASIASECOND');
  const asked: string[] = [];
  for (const [profile, message] of [
    ['loop', 'profile loop is its own source'],
    ['lost', 'there is no profile "nobody"'],
    ['odd', 'profile odd: credential_source "Moon" is unknown'],
  ] as const) {
    const door = await open({ profile, mfaCode: async (device) => String(asked.push(device)) });
    expect(await failure(look(door))).toMatchObject({ reason: 'expired', message });
  }
  // Nobody is asked for a code that could not be used.
  expect(asked).toEqual([]);
});

/**
 * CloudTrail records as an account that uses SageMaker would write them: the same for the same numbers, about 1.4 kB each, in the order in
 * which they happened. Mostly reads and invocations of a few roles, some changes, three in a hundred refused.
 */

/** Small, fast and the same everywhere (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const account = '111122223333';
const region = 'us-east-1';
const arn = (rest: string) => `arn:aws:sagemaker:${region}:${account}:${rest}`;

interface Shape {
  readonly source: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly weight: number;
  request(pick: (among: number) => number): object | null;
  response?(request: never, index: number): object;
}

const shapes: readonly Shape[] = [
  {
    source: 'sagemaker',
    name: 'DescribeEndpoint',
    readOnly: true,
    weight: 20,
    request: (pick) => ({ endpointName: `Scorer-${pick(60)}` }),
  },
  {
    source: 'sagemaker',
    name: 'DescribeTrainingJob',
    readOnly: true,
    weight: 14,
    request: (pick) => ({ trainingJobName: `nightly-${pick(900)}` }),
  },
  {
    source: 'sagemaker',
    name: 'ListEndpoints',
    readOnly: true,
    weight: 8,
    request: () => ({ maxResults: 100, sortOrder: 'Descending' }),
  },
  {
    source: 'sagemaker',
    name: 'InvokeEndpoint',
    readOnly: false,
    weight: 16,
    request: (pick) => ({ endpointName: `Scorer-${pick(60)}` }),
  },
  {
    source: 'sagemaker',
    name: 'CreateTrainingJob',
    readOnly: false,
    weight: 4,
    request: (pick) => ({
      trainingJobName: `nightly-${pick(900)}`,
      algorithmSpecification: {
        trainingImage: `${account}.dkr.ecr.${region}.amazonaws.com/trainer:v${pick(9)}`,
        trainingInputMode: 'File',
      },
      roleArn: `arn:aws:iam::${account}:role/service-role/ds-exec-${pick(12)}`,
      outputDataConfig: { s3OutputPath: `s3://ml-artifacts-${pick(8)}/out/` },
      resourceConfig: { instanceType: 'ml.m5.xlarge', instanceCount: 1, volumeSizeInGB: 50 },
      environment: { EPOCHS: String(pick(50)) },
    }),
    response: (request: { trainingJobName: string }) => ({
      trainingJobArn: arn(`training-job/${request.trainingJobName.toLowerCase()}`),
    }),
  },
  {
    source: 'sagemaker',
    name: 'CreatePresignedNotebookInstanceUrl',
    readOnly: false,
    weight: 1,
    request: (pick) => ({ notebookInstanceName: `lab-${pick(40)}`, sessionExpirationDurationInSeconds: 1800 }),
  },
  {
    source: 'sagemaker',
    name: 'UpdateNotebookInstance',
    readOnly: false,
    weight: 1,
    request: (pick) => ({ notebookInstanceName: `lab-${pick(40)}`, lifecycleConfigName: `setup-${pick(5)}` }),
  },
  {
    source: 'sts',
    name: 'AssumeRole',
    readOnly: true,
    weight: 14,
    request: (pick) => ({
      roleArn: `arn:aws:iam::${account}:role/service-role/ds-exec-${pick(12)}`,
      roleSessionName: 'SageMaker',
      durationSeconds: 3600,
    }),
    response: (request: { roleArn: string }, index) => ({
      credentials: {
        accessKeyId: `ASIA${index.toString().padStart(16, '0')}`,
        sessionToken: 'FwoGZXIvYXdzE',
        expiration: 'Nov 23, 2026, 9:10:00 PM',
      },
      assumedRoleUser: { arn: `arn:aws:sts::${account}:assumed-role/${request.roleArn.split('/').at(-1)}/SageMaker` },
    }),
  },
  {
    source: 'iam',
    name: 'GetRole',
    readOnly: true,
    weight: 8,
    request: (pick) => ({ roleName: `ds-exec-${pick(12)}` }),
  },
  {
    source: 'iam',
    name: 'AttachRolePolicy',
    readOnly: false,
    weight: 1,
    request: (pick) => ({ roleName: `ds-exec-${pick(12)}`, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  },
  {
    source: 's3',
    name: 'GetBucketLocation',
    readOnly: true,
    weight: 8,
    request: (pick) => ({ bucketName: `ml-artifacts-${pick(8)}`, location: '' }),
  },
  {
    source: 'kms',
    name: 'Decrypt',
    readOnly: true,
    weight: 5,
    request: () => ({
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      keyId: `arn:aws:kms:${region}:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
    }),
  },
];
const deck = shapes.flatMap((shape) => Array.from({ length: shape.weight }, () => shape));

/** Records as JSON text, a second after the other every few. */
export function* records(count: number, seed = 1): Generator<string> {
  const next = random(seed);
  const pick = (among: number) => Math.floor(next() * among);
  const hex = (length: number) => Array.from({ length }, () => pick(16).toString(16)).join('');
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const sessions = Array.from({ length: 60 }, (_, index) => ({
    role: `ds-exec-${pick(12)}`,
    session: index % 3 === 0 ? 'SageMaker' : `user-${index}`,
    key: `ASIA${hex(16).toUpperCase()}`,
    id: `AROA${hex(16).toUpperCase()}`,
    ip: `198.51.${pick(4) + 100}.${pick(250) + 1}`,
  }));
  let at = Date.parse('2026-11-23T00:00:00Z');
  for (let index = 0; index < count; index++) {
    at += pick(3) === 0 ? 1000 : 0;
    const shape = deck[pick(deck.length)]!;
    const who = sessions[Math.min(pick(sessions.length), pick(sessions.length))]!;
    const request = shape.request(pick);
    const refused = pick(100) < 3;
    const time = `${new Date(at).toISOString().slice(0, 19)}Z`;
    yield JSON.stringify({
      eventVersion: '1.11',
      userIdentity: {
        type: 'AssumedRole',
        principalId: `${who.id}:${who.session}`,
        arn: `arn:aws:sts::${account}:assumed-role/${who.role}/${who.session}`,
        accountId: account,
        accessKeyId: who.key,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: who.id,
            arn: `arn:aws:iam::${account}:role/service-role/${who.role}`,
            accountId: account,
            userName: who.role,
          },
          attributes: { creationDate: '2026-11-23T00:00:00Z', mfaAuthenticated: 'false' },
        },
      },
      eventTime: time,
      eventSource: `${shape.source}.amazonaws.com`,
      eventName: shape.name,
      awsRegion: region,
      sourceIPAddress: who.ip,
      userAgent:
        'Boto3/1.43.107 md/Botocore#1.43.107 ua/2.1 os/linux#6.1.0 md/arch#x86_64 lang/python#3.12.4 md/pyimpl#CPython cfg/retry-mode#legacy',
      ...(refused
        ? {
            errorCode: 'AccessDenied',
            errorMessage: `User: arn:aws:sts::${account}:assumed-role/${who.role}/${who.session} is not authorized to perform: ${shape.source}:${shape.name} because no identity-based policy allows the action`,
          }
        : {}),
      requestParameters: request,
      responseElements: refused || !shape.response ? null : shape.response(request as never, index),
      requestID: uuid(),
      eventID: uuid(),
      readOnly: shape.readOnly,
      eventType: 'AwsApiCall',
      managementEvent: shape.name !== 'InvokeEndpoint',
      recipientAccountId: account,
      eventCategory: shape.name === 'InvokeEndpoint' ? 'Data' : 'Management',
      tlsDetails: {
        tlsVersion: 'TLSv1.3',
        cipherSuite: 'TLS_AES_128_GCM_SHA256',
        clientProvidedHostHeader: `${shape.source}.${region}.amazonaws.com`,
      },
      // What newer records carry, and what makes the average 1.4 kB.
      ...(index % 4 === 0
        ? { sessionCredentialFromConsole: 'true', vpcEndpointId: `vpce-${hex(17)}`, vpcEndpointAccountId: account }
        : {}),
    });
  }
}

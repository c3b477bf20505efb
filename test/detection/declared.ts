/** What of an attack tells, and which rule has to say so: read from the scenario and from part 4 of the facts, not from what the rules find. */
export interface Telling {
  readonly rule: string;
  /** `eventName` of the records, alternatives with a bar; where a sequence tells, of the one that completes it. Absent: log lines of the attack. */
  readonly call?: string;
  /** What of the record's JSON makes it this one; absent: every such record of the attack. */
  readonly of?: RegExp;
  /** Only the first so many of them are told about: a listing that is repeated is one. */
  readonly first?: number;
  /** It takes so many of them: fewer tell nothing, and the ones before are told with the one that completes it. */
  readonly counted?: number;
  /** Only a trail with data events has it. */
  readonly isData?: true;
}

export interface Declared {
  /** Without a trail there is nothing to switch off: the story ends before it begins. */
  readonly needsTrail?: true;
  readonly tellings: readonly Telling[];
  /** Log streams that the attack fills. */
  readonly streams?: RegExp;
}

const whoAmI = (first = 1): Telling => ({
  rule: 'sts-identity-asked-from-new-address',
  call: 'GetCallerIdentity',
  first,
});
/** Who calls from Kali Linux says so with every call. */
const kali: Telling = { rule: 'attack-distribution-user-agent', of: /kali/ };
/** The credentials of a notebook in the hands of whoever broke into it. */
const copied: readonly Telling[] = [
  // What the role does otherwise are data events: without them no address of it is known.
  { rule: 'sagemaker-role-credentials-new-address', of: /ds-exec\/SageMaker/, first: 1, isData: true },
  { rule: 'sagemaker-credentials-at-a-persons-address', of: /ds-exec\/SageMaker/, first: 20 },
];

export const declared: { readonly [scenario: string]: Declared } = {
  'presigned-url-hijack': {
    tellings: [
      kali,
      whoAmI(),
      // One listing is none; the second tells.
      { rule: 'sagemaker-recon-from-new-address', call: 'ListEndpoints' },
      { rule: 'sagemaker-notebook-url-from-new-address', call: 'CreatePresignedNotebookInstanceUrl' },
      { rule: 'sagemaker-notebook-url-minted', call: 'CreatePresignedNotebookInstanceUrl' },
      ...copied,
      { rule: 's3-bulk-read-from-new-address', call: 'GetObject', isData: true, counted: 3 },
      { rule: 's3-model-read-from-new-address', call: 'GetObject', of: /model\.tar\.gz/, isData: true },
      { rule: 'iam-admin-policy-written', call: 'PutRolePolicy' },
      { rule: 'iam-change-by-sagemaker-compute', call: 'PutRolePolicy' },
      { rule: 'sagemaker-lifecycle-script-suspicious', call: 'CreateNotebookInstanceLifecycleConfig' },
      { rule: 'sagemaker-lifecycle-script-changed', call: 'CreateNotebookInstanceLifecycleConfig' },
      { rule: 'sagemaker-notebook-script-swapped', call: 'StartNotebookInstance' },
      { rule: 'sagemaker-capture-to-unknown-bucket', call: 'CreateEndpointConfig' },
      { rule: 'sagemaker-endpoint-siphon', call: 'UpdateEndpoint' },
    ],
  },
  'lifecycle-backdoor': {
    tellings: [
      whoAmI(),
      { rule: 'sagemaker-lifecycle-script-suspicious', call: 'UpdateNotebookInstanceLifecycleConfig' },
      { rule: 'sagemaker-lifecycle-script-changed', call: 'UpdateNotebookInstanceLifecycleConfig' },
      { rule: 'sagemaker-lifecycle-script-changed-and-run', call: 'StartNotebookInstance' },
      ...copied,
      { rule: 's3-bulk-read-from-new-address', call: 'GetObject', isData: true, counted: 3 },
      { rule: 's3-model-read-from-new-address', call: 'GetObject', of: /model\.tar\.gz/, isData: true },
    ],
  },
  'passrole-miner': {
    streams: /^(?:dist-train|data-prep)-/,
    tellings: [
      whoAmI(),
      { rule: 'sagemaker-foreign-image', call: 'CreateTrainingJob' },
      { rule: 'sagemaker-foreign-image', call: 'CreateProcessingJob' },
      { rule: 'sagemaker-foreign-image-long-gpu-job', call: 'CreateTrainingJob' },
      { rule: 'sagemaker-foreign-image-long-gpu-job', call: 'CreateProcessingJob' },
      { rule: 'sagemaker-gpu-job-burst', call: 'CreateTrainingJob|CreateProcessingJob', counted: 3 },
      { rule: 'logs-miner-output' },
    ],
  },
  'endpoint-siphon': {
    tellings: [
      kali,
      // Of deploy-bot, who asks first, nothing was loaded before: nothing is new about whom one has only just met.
      { rule: 'sts-identity-asked-from-new-address', call: 'GetCallerIdentity', of: /ci-deployer/ },
      { rule: 'sagemaker-capture-to-unknown-bucket', call: 'CreateEndpointConfig' },
      { rule: 'sagemaker-endpoint-siphon', call: 'UpdateEndpoint' },
    ],
  },
  'registry-poisoning': {
    tellings: [
      kali,
      whoAmI(),
      { rule: 'sts-session-token-of-user', call: 'GetSessionToken' },
      { rule: 'sagemaker-model-package-of-foreign-origin', call: 'CreateModelPackage' },
      { rule: 'sagemaker-model-package-approved-by-newcomer', call: 'CreateModelPackage' },
    ],
  },
  'studio-role-swap': {
    tellings: [
      kali,
      whoAmI(),
      { rule: 'sagemaker-recon-from-new-address', call: 'ListUserProfiles' },
      { rule: 'sagemaker-studio-url-from-new-address', call: 'CreatePresignedDomainUrl' },
      { rule: 'sagemaker-studio-url-for-another-profile', call: 'CreatePresignedDomainUrl' },
      { rule: 'sagemaker-execution-role-changed', call: 'UpdateUserProfile' },
      { rule: 'sagemaker-studio-role-swap', call: 'CreateApp' },
      { rule: 'iam-access-key-for-another-user', call: 'CreateAccessKey' },
      { rule: 'iam-change-by-sagemaker-compute', call: 'CreateAccessKey' },
      // Nothing is known of ml-platform-admin either; but its credentials are used where the attacker sits.
      { rule: 'sagemaker-credentials-at-a-persons-address', of: /ml-platform-admin\/SageMaker/ },
    ],
  },
  'cross-account-share': {
    tellings: [
      kali,
      whoAmI(),
      { rule: 'sts-session-token-of-user', call: 'GetSessionToken' },
      { rule: 'sagemaker-model-group-shared-outside', call: 'PutModelPackageGroupPolicy' },
      { rule: 's3-bucket-opened', call: 'PutBucketPolicy' },
      // What the guests do with what was shared.
      { rule: 'sagemaker-called-from-another-account', call: 'DescribeModelPackage', of: /i-0b7d3e1f2a9c4d586/ },
      { rule: 's3-read-from-another-account', call: 'GetObject', isData: true },
    ],
  },
  'log-tampering': {
    needsTrail: true,
    tellings: [
      kali,
      whoAmI(),
      { rule: 'cloudtrail-logging-stopped', call: 'StopLogging' },
      { rule: 'logs-retention-shortened', call: 'PutRetentionPolicy' },
      { rule: 'sagemaker-job-runs-shell', call: 'CreateProcessingJob' },
      { rule: 'sagemaker-job-record-deleted', call: 'DeleteProcessingJob' },
      { rule: 'logs-deleted', call: 'DeleteLogGroup' },
    ],
  },
};

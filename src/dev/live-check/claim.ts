import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { STSClient } from '@aws-sdk/client-sts';

/** What a check works with. */
export interface Bench {
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly sagemaker: SageMakerClient;
  readonly cloudtrail: CloudTrailClient;
  readonly account: string;
  readonly region: string;
  /** Of every name that is made here: nothing else is ever changed. */
  readonly prefix: string;
  /** A range: there is nothing behind its URLs, and its minutes are short. */
  readonly simulated: boolean;
  /** Things of the sandbox that some checks need and none makes. */
  readonly domainId: string | undefined;
  readonly endpointConfig: string | undefined;
  /** Clients of other credentials, on the same endpoint. */
  as(credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  }): Pick<Bench, 'iam' | 'sts' | 'sagemaker'>;
  /** Asks again and again until there is an answer; `undefined` when the time is up. @throws The signal's reason. */
  until<Value>(atMostMs: number, ask: () => Promise<Value | undefined>): Promise<Value | undefined>;
  /** Done at the end whatever happens, the last one first. */
  cleanUp(what: string, how: () => Promise<unknown>): void;
  say(line: string): void;
  now(): number;
}

/** What one claim of the facts turned out to be. */
export interface Finding {
  readonly measured: boolean;
  /** What was seen, or why nothing could be. */
  readonly text: string;
}

/** A claim that the facts mark as not verified on AWS, and how it is measured. */
export interface Claim {
  readonly id: string;
  /** As the product assumes it. */
  readonly claim: string;
  /** What is made, called and deleted, a line each: to be read before it is done. */
  readonly does: readonly string[];
  /** What it costs, roughly. */
  readonly costs: string;
  readonly needs?: readonly ('domainId' | 'endpointConfig')[];
  measure(bench: Bench): Promise<Finding>;
}

export const seen = (text: string): Finding => ({ measured: true, text });
export const unseen = (text: string): Finding => ({ measured: false, text });

/** A refusal in AWS's own words; `undefined` when the call was taken. @throws What is no answer of AWS. */
export async function refusalOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { $metadata, message, name } = error as Error & { readonly $metadata?: object };
    if (!$metadata) throw error;
    return `${name}: ${message}`;
  }
}

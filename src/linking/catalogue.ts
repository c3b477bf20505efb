// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { Linker } from './linker.ts';
import bedrock from './linkers/bedrock.ts';
import cloudtrail from './linkers/cloudtrail.ts';
import ec2 from './linkers/ec2.ts';
import ecr from './linkers/ecr.ts';
import events from './linkers/events.ts';
import generic from './linkers/generic.ts';
import iam from './linkers/iam.ts';
import kms from './linkers/kms.ts';
import lambda from './linkers/lambda.ts';
import logs from './linkers/logs.ts';
import others from './linkers/others.ts';
import ram from './linkers/ram.ts';
import s3 from './linkers/s3.ts';
import sagemaker from './linkers/sagemaker.ts';
import scheduler from './linkers/scheduler.ts';
import secretsmanager from './linkers/secretsmanager.ts';
import ssm from './linkers/ssm.ts';
import sts from './linkers/sts.ts';
import uris from './linkers/uris.ts';

/** Every linker, by file name: names come before the ARNs that `generic` finds, and are the better spelling. */
export const linkers: readonly Linker[] = [
  bedrock,
  cloudtrail,
  ec2,
  ecr,
  events,
  generic,
  iam,
  kms,
  lambda,
  logs,
  others,
  ram,
  s3,
  sagemaker,
  scheduler,
  secretsmanager,
  ssm,
  sts,
  uris,
].flat();

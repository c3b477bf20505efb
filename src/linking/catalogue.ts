// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { Linker } from './linker.ts';
import byName from './linkers/by-name.ts';
import generic from './linkers/generic.ts';
import iam from './linkers/iam.ts';
import logGroup from './linkers/log-group.ts';
import sagemaker from './linkers/sagemaker.ts';
import sts from './linkers/sts.ts';

/** Every linker, by file name: names come before the ARNs that `generic` finds, and are the better spelling. */
export const linkers: readonly Linker[] = [byName, generic, iam, logGroup, sagemaker, sts].flat();

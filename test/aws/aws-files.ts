import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Shared AWS files in a folder of their own, and the environment that names them. */
export interface AwsFiles {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  config(text: string): Promise<void>;
  credentials(text: string): Promise<void>;
  /** Writes a file into the folder; returns its path. */
  file(name: string, text: string): Promise<string>;
  remove(): Promise<void>;
}

export async function createAwsFiles(): Promise<AwsFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'firebreak-aws-'));
  const file = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  return {
    folder,
    env: { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials') },
    config: async (text) => {
      await file('config', text);
    },
    credentials: async (text) => {
      await file('credentials', text);
    },
    file,
    remove: () => rm(folder, { recursive: true }),
  };
}

import { type Credential, issueSession } from '../account/identities.ts';
import type { Random } from '../random.ts';
import type { Workload } from './workload.ts';

const lifeMs = 6 * 3_600_000;

/** Credentials of one workload's execution role, under the session name SageMaker gives them; new ones before the old end. */
export class RoleSession {
  readonly #workload: Workload;
  readonly #chance: Random;
  #current: Credential | undefined;

  constructor(workload: Workload, chance: Random) {
    this.#workload = workload;
    this.#chance = chance;
  }

  /** @returns Nothing when there is no such role. */
  at(time: number, roleArn: unknown): Credential | undefined {
    const { account } = this.#workload;
    const current = this.#current;
    if (current && (current.expiresAt ?? 0) > time && current.identity.arn === roleArn) return current;
    const role = [...account.roles.values()].find(({ arn }) => arn === roleArn);
    if (!role) return undefined;
    this.#current = issueSession(account.credentials, role, 'SageMaker', time, lifeMs, this.#chance);
    return this.#current;
  }
}

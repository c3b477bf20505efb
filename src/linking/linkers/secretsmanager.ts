import { named } from '../named.ts';

const secret = { kind: 'secretsmanager.secret' } as const;

/** Secrets Manager. The ARN ends in six random characters, which a name does not tell. */
export default named('secretsmanager', {
  secretid: secret,
  secretidlist: secret,
  name: { ...secret, outermost: true },
});

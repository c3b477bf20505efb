import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRangeProcess } from '../helpers/firebreak.ts';

export const firstAccount = '111122223333';
export const secondAccount = '444455556666';

/** Two simulated accounts behind one address, told apart by who signs. */
export interface TwoAccounts {
  /** Names the address and the shared AWS files: profiles `ml-prod` (first account), `ml-dev` (second), `responder` (a role with MFA over ml-prod). */
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** Every AssumeRole, its form. */
  readonly assumed: readonly URLSearchParams[];
  stop(): Promise<void>;
}

/** What MFA devices show. */
export const mfaCode = '123456';

/**
 * Each account is a range of its own. A range knows one account only, so the second one's number is replaced on its way, in both
 * directions; a stream of Live Tail has checksums and is refused there, as it is to whom it is not allowed.
 */
export async function startTwoAccounts(flags: readonly string[] = []): Promise<TwoAccounts> {
  const ranges = [
    await startRangeProcess(['--seed', '1', ...flags]),
    await startRangeProcess(['--seed', '2', ...flags]),
  ] as const;
  const [first, second] = ranges;
  const secondKeys = new Set([second.env.AWS_ACCESS_KEY_ID!]);
  const assumed: URLSearchParams[] = [];

  const refuse = (response: ServerResponse, code: string, message: string, isXml: boolean) => {
    response.writeHead(isXml ? 403 : 400, { 'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.1' });
    response.end(
      isXml
        ? `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`
        : JSON.stringify({ __type: code, message }),
    );
  };
  const server = createServer(async (message: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    let body = Buffer.concat(chunks).toString();
    const headers = { ...message.headers };
    const key = /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1] ?? '';
    const form = new URLSearchParams(body);
    const isAssuming = form.get('Action') === 'AssumeRole';
    let isSecond = secondKeys.has(key);
    if (isAssuming) {
      assumed.push(form);
      if (form.get('SerialNumber') && form.get('TokenCode') !== mfaCode)
        return refuse(
          response,
          'AccessDenied',
          'MultiFactorAuthentication failed with invalid MFA one time pass code.',
          true,
        );
      // The trust between the accounts: who is known in the first one may take on roles of the second.
      if (!isSecond && form.get('RoleArn')?.includes(secondAccount)) {
        isSecond = true;
        headers.authorization = headers.authorization?.replace(key, second.env.AWS_ACCESS_KEY_ID!) ?? '';
        headers['x-amz-security-token'] = second.env.AWS_SESSION_TOKEN!;
      }
    }
    const isTail = /StartLiveTail/.test(String(headers['x-amz-target']));
    if (isSecond && isTail)
      return refuse(response, 'AccessDeniedException', 'not authorized to perform: logs:StartLiveTail', false);
    if (isSecond) body = body.replaceAll(secondAccount, firstAccount);
    const to = new URL((isSecond ? second : first).endpoint);
    headers.host = to.host;
    headers['content-length'] = String(Buffer.byteLength(body));
    const forwarded = request(
      { host: to.hostname, port: to.port, method: message.method, path: message.url, headers },
      async (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        if (!isSecond) return answer.pipe(response);
        const parts: Buffer[] = [];
        for await (const part of answer) parts.push(part as Buffer);
        const text = Buffer.concat(parts).toString().replaceAll(firstAccount, secondAccount);
        const issued = /<AccessKeyId>(\w+)<\/AccessKeyId>/.exec(text)?.[1];
        if (isAssuming && issued) secondKeys.add(issued);
        response.end(text);
        return undefined;
      },
    );
    forwarded.on('error', () => response.destroy());
    response.on('close', () => forwarded.destroy());
    forwarded.end(body);
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const folder = mkdtempSync(join(tmpdir(), 'firebreak-accounts-'));
  const keys = ({ env }: { readonly env: NodeJS.ProcessEnv }) =>
    [
      `aws_access_key_id = ${env.AWS_ACCESS_KEY_ID}`,
      `aws_secret_access_key = ${env.AWS_SECRET_ACCESS_KEY}`,
      `aws_session_token = ${env.AWS_SESSION_TOKEN}`,
      'region = us-east-1',
      '',
    ].join('\n');
  writeFileSync(
    join(folder, 'config'),
    [
      `[profile ml-prod]\n${keys(first)}`,
      `[profile ml-dev]\n${keys(second)}`,
      `[profile responder]\nsource_profile = ml-prod\nrole_arn = arn:aws:iam::${firstAccount}:role/OnCall`,
      `mfa_serial = arn:aws:iam::${firstAccount}:mfa/me\nregion = us-east-1\n`,
    ].join('\n'),
  );
  return {
    env: { AWS_ENDPOINT_URL: endpoint, AWS_CONFIG_FILE: join(folder, 'config') },
    folder,
    assumed,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await Promise.all(ranges.map((range) => range.stop()));
    },
  };
}

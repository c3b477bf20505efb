import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the server saw it. */
export interface SeenRequest {
  readonly operation: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export interface AnsweringServer {
  readonly endpoint: string;
  readonly requests: readonly SeenRequest[];
  /** What is answered from now on. */
  answer: (request: SeenRequest, response: ServerResponse, message: IncomingMessage) => void;
  close(): Promise<void>;
}

/** Answers with JSON, as the JSON protocols do. */
export const json =
  (status: number, body: object, headers: Record<string, string> = {}) =>
  (_request: SeenRequest, response: ServerResponse) => {
    response.writeHead(status, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': 'REQ-1',
      ...headers,
    });
    response.end(JSON.stringify(body));
  };

/** Answers with XML, as the query protocol of IAM and STS does. */
export const xml = (status: number, body: string) => (_request: SeenRequest, response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'REQ-1' });
  response.end(body);
};

/** An error of the query protocol. */
export const xmlError = (status: number, code: string, message: string) =>
  xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>REQ-1</RequestId></ErrorResponse>`,
  );

export const callerIdentity = (arn: string) =>
  xml(
    200,
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>AIDA</UserId><Account>${arn.split(':')[4]}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );

/** A loopback HTTP server that answers every AWS call with what the test says. */
export async function startAnsweringServer(): Promise<AnsweringServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const target = message.headers['x-amz-target'];
      const operation =
        typeof target === 'string'
          ? target.slice(target.lastIndexOf('.') + 1)
          : (new URLSearchParams(body).get('Action') ?? '');
      const request = { operation, body, headers: message.headers };
      requests.push(request);
      result.answer(request, response, message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const result: AnsweringServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: json(200, {}),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return result;
}

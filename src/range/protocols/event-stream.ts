import { crc32 } from 'node:zlib';

/** `application/vnd.amazon.eventstream`. */
export const eventStreamType = 'application/vnd.amazon.eventstream';

/** Header values of type 7 are texts; Live Tail uses no other. */
const textType = 7;

function encodeHeader(name: string, value: string): Buffer {
  const nameBytes = Buffer.from(name);
  const valueBytes = Buffer.from(value);
  const fixed = Buffer.alloc(3);
  fixed.writeUInt8(textType, 0);
  fixed.writeUInt16BE(valueBytes.length, 1);
  return Buffer.concat([Buffer.of(nameBytes.length), nameBytes, fixed, valueBytes]);
}

/**
 * One frame: its length and that of its headers, the checksum of both, the headers, the payload, the checksum of all that.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function encodeFrame(headers: { readonly [name: string]: string }, payload: readonly Buffer[]): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
  const length = 12 + head.length + payload.reduce((sum, part) => sum + part.length, 0) + 4;
  const frame = Buffer.allocUnsafe(length);
  frame.writeUInt32BE(length, 0);
  frame.writeUInt32BE(head.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  let at = 12;
  for (const part of [head, ...payload]) at += part.copy(frame, at);
  frame.writeUInt32BE(crc32(frame.subarray(0, at)), at);
  return frame;
}

const jsonType = 'application/x-amz-json-1.1';

/**
 * An event of the stream; `initial-response` comes first, or botocore gives up.
 *
 * @param member What it holds, or that as JSON, in parts.
 */
export const eventFrame = (type: string, member: object | readonly Buffer[]): Buffer =>
  encodeFrame(
    { ':message-type': 'event', ':event-type': type, ':content-type': jsonType },
    Array.isArray(member) ? member : [Buffer.from(JSON.stringify(member))],
  );

/** A modelled exception; the stream ends with it. */
export const exceptionFrame = (type: string, message: string): Buffer =>
  encodeFrame({ ':message-type': 'exception', ':exception-type': type, ':content-type': jsonType }, [
    Buffer.from(JSON.stringify({ message })),
  ]);

import { Fault } from '../fault.ts';
import type { Members } from '../operation.ts';

/** Reads an awsJson body; an empty one is an empty input. @throws Fault `SerializationException`. */
export function readJson(body: string): Members {
  if (body.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Fault('SerializationException', 'The request body is not valid JSON');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Fault('SerializationException', 'Start of structure or map found where not expected.');
  return value as Members;
}

/** awsJson writes times as epoch seconds, and `JSON.stringify` would turn a `Date` into text before a replacer sees it. */
function wire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(wire);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, wire(member)]));
}

/** The body of a successful awsJson answer; operations without output answer an empty body. */
export const writeJson = (output: Members | undefined): string => (output ? JSON.stringify(wire(output)) : '');

/** The body of a refused awsJson call. */
export const writeJsonFault = (fault: Fault): string => JSON.stringify({ __type: fault.code, message: fault.message });

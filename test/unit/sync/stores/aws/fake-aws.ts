import { SecretValue } from '../../../../../src/core/secret-value.js';
import { faultOf } from '../../../../../src/sync/stores/aws/aws-answer.js';
import { type JsonBody } from '../../../../../src/sync/stores/json-values.js';
import { bodyOf } from '../../../../../src/sync/stores/store-answer.js';

export const never = new AbortController().signal;
export const ours = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };
export const ownTags = [{ Key: 'sallyport.dev/owner', Value: 'v1/cluster/ns/sync' }];
export const absent = { kind: 'absent' } as const;

/** Output of an operation, a code of a failure, or an error of the connection. */
export type FakeAnswer = object | string | Error;

/** A client of AWS whose answers are given by the operation; the last one is repeated. */
export function fakeAws(answers: Readonly<Record<string, readonly FakeAnswer[]>>) {
  const calls: (readonly [operation: string, input: object])[] = [];
  const counts = new Map<string, number>();
  const call = async (operation: string, input: object): Promise<JsonBody> => {
    calls.push([operation, input]);
    const count = counts.get(operation) ?? 0;
    counts.set(operation, count + 1);
    const answer = answers[operation]?.[count] ?? answers[operation]?.at(-1) ?? {};
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'object') return bodyOf(answerOf(200, answer));
    throw faultOf(answerOf(400, { __type: answer }));
  };
  return { client: { call }, calls, operations: () => calls.map(([operation]) => operation) };
}

export const valuesFor = (text: string) =>
  new Map([['key', SecretValue.fromBytes(Buffer.from(text))]]);

function answerOf(status: number, body: object) {
  return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
}

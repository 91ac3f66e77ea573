import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The messages of all CEL rules in a file of `deploy/crds`. */
export function ruleMessages(path: string): ReadonlySet<string> {
  return messagesIn(parse(readFileSync(path, 'utf8')));
}

function messagesIn(node: unknown): ReadonlySet<string> {
  if (typeof node !== 'object' || node === null) return new Set();
  const rules = (node as { 'x-kubernetes-validations'?: readonly { message: string }[] })[
    'x-kubernetes-validations'
  ];
  const below = Object.values(node).flatMap((value) => [...messagesIn(value)]);
  return new Set([...(rules ?? []).map(({ message }) => message), ...below]);
}

import { UsageError } from '../command.js';
import type { Connection } from '../connection/connect.js';
import type { SecretName } from '../connection/secret-name.js';
import { readNamedFile } from '../named-file.js';
import { type JsonPathPart, jsonPathText, parseJsonPath } from '../output/jsonpath.js';
import type { CommandCall } from '../program/command-call.js';
import { kubernetesSecret } from './kubernetes-secret.js';

const FILE_BYTES_MAX = 64 * 1024;
const DATA_FIELDS = ['data', 'stringData'];

/** Returns the expression of an output form; undefined if the form has none. */
export function jsonPathOf(output: string): readonly JsonPathPart[] | undefined {
  const [, isFile, text = ''] = /^jsonpath(-file)?=([^]*)$/.exec(output) ?? [];
  if (!output.startsWith('jsonpath')) return undefined;
  if (isFile === undefined) return parseJsonPath(text);
  return parseJsonPath(readNamedFile(text, FILE_BYTES_MAX).replace(/\n$/, ''));
}

/** Prints what an expression finds in the Secret as Kubernetes has it. */
export async function printJsonPath(
  call: CommandCall,
  { gateway }: Connection,
  { namespace, name }: SecretName,
  expression: readonly JsonPathPart[],
): Promise<void> {
  if (!call.flag('reveal')) {
    if (readsValues(expression)) throw new UsageError('the expression reads values: use --reveal');
    const { content } = await gateway.secrets.metadata(namespace, name);
    return call.terminal.out(jsonPathText(expression, kubernetesSecret(content)));
  }
  const options = { version: call.text('version') };
  const { content } = await gateway.secrets.get(namespace, name, options);
  call.terminal.out(jsonPathText(expression, kubernetesSecret(content, content.values)));
}

/** Reports whether an expression names the values, which metadata lack. */
function readsValues(expression: readonly JsonPathPart[]): boolean {
  return expression.some((part) => {
    if (part.kind === 'text') return false;
    const [first] = part.steps;
    if (first?.kind === 'field' && DATA_FIELDS.includes(first.name)) return true;
    return part.kind === 'range' && readsValues(part.body);
  });
}

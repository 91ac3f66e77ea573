import type { Sallyport, WriteResult } from '@sallyport/client';
import { type SecretName, secretNameOf } from '../connection/secret-name.js';
import { hasCode } from '../exit-code.js';
import type { CommandCall } from '../program/command-call.js';
import { assignedValues } from './assigned-values.js';
import { assignmentsOf } from './assignments.js';
import { reportWrite } from './report-write.js';

export async function set(call: CommandCall): Promise<void> {
  const [, ...texts] = call.args;
  const assignments = assignmentsOf(texts, { allowsLiterals: call.flag('insecureLiteral') });
  const { gateway, namespace } = await call.connect();
  const secret = secretNameOf(call.argument(0), namespace);
  const data = await assignedValues(assignments, call.terminal);
  reportWrite(call, secret, await putKeys(call, gateway, { secret, data }));
}

export interface NewKeys {
  readonly secret: SecretName;
  /** Values as base64, by key. */
  readonly data: Readonly<Record<string, string>>;
}

/** Sets keys of a Secret, and creates the Secret if there is none. */
export async function putKeys(
  call: CommandCall,
  gateway: Sallyport,
  { secret: { namespace, name }, data }: NewKeys,
): Promise<WriteResult> {
  const options = call.writeOptions();
  const change = () => gateway.secrets.patch(namespace, name, { data }, options);
  const create = () => {
    const type = call.text('type');
    const secret = { name, data, ...(type !== undefined && { type }) };
    return gateway.secrets.create(namespace, secret, options);
  };
  try {
    return (await change()).content;
  } catch (error) {
    if (!hasCode(error, 'NotFound')) throw error;
  }
  try {
    return (await create()).content;
  } catch (error) {
    // Others have created it in between.
    if (!hasCode(error, 'AlreadyExists')) throw error;
    return (await change()).content;
  }
}

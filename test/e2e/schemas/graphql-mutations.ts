import type {
  SchemaAnswer,
  SchemaCall,
  SchemaTransport,
  SchemaWrite,
  Write,
} from './schema-transports.js';

type Send = (
  call: SchemaCall,
  request: { method: string; path: string; body: unknown },
) => Promise<SchemaAnswer>;

const fields = '{ secret { name } warnings }';
const namespace = 'schemas';

/** Returns the mutations as writes; a problem has the status that REST would have. */
export function graphqlMutations(send: Send): Omit<SchemaTransport, 'name'> {
  const mutate = async (
    call: SchemaCall,
    [field, type]: readonly [string, string],
    input: object,
  ): Promise<SchemaAnswer> => {
    const query = `mutation ($input: ${type}!) { ${field}(input: $input) ${fields} }`;
    const variables = { input: { namespace, ...input } };
    const answer = await send(call, {
      method: 'POST',
      path: '/graphql',
      body: { query, variables },
    });
    const { errors } = JSON.parse(answer.text) as { errors?: { extensions: { code: string } }[] };
    const isInvalid = errors?.[0]?.extensions.code === 'Invalid';
    return { ...answer, ok: errors === undefined, status: isInvalid ? 422 : answer.status };
  };
  const put: Write = (call, { name, labels, values }) =>
    mutate(call, ['replaceSecret', 'ReplaceSecretInput'], { name, labels, stringData: values });
  const patch: Write = (call, { name, values }) =>
    mutate(call, ['patchSecret', 'PatchSecretInput'], { name, stringData: values });
  return {
    create: (call, { values, ...rest }: SchemaWrite) =>
      mutate(call, ['createSecret', 'CreateSecretInput'], { ...rest, stringData: values }),
    writes: [put, patch],
    label: (call, { name, labels }) =>
      mutate(call, ['patchSecret', 'PatchSecretInput'], { name, labels }),
  };
}

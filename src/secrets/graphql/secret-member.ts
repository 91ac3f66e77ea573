import type { CallContext } from '../../core/call-context.js';
import { documentLimits } from '../../core/document-limits.js';
import { badRequest } from '../../core/errors/sallyport-error.js';
import { parseParameters } from '../../core/parse-with.js';
import type { SecretValue } from '../../core/secret-value.js';
import { asPart, type GraphqlContext } from '../../platform/graphql/graphql-context.js';
import type { FoundMember } from '../domain/documents/key-document.js';
import type { Read } from '../read/secret-reads.js';
import { getSecretKey } from '../secret.operations.js';
import type { SecretsService } from '../secrets.service.js';
import type { ValueArguments } from './secret.arguments.js';
import { presentText, type SecretSource } from './secret.graphql-presenter.js';

type Reads = Pick<SecretsService, 'reads' | 'past'>;
type Place = Pick<ValueArguments, 'key' | 'pointer'>;

const counts = new WeakMap<GraphqlContext, number>();

/**
 * Reads a member of the document in a key as REST does, with an event of its own. Throws as REST's
 * read, and BadRequest for one member too many.
 */
export async function readMember(
  secrets: Reads,
  context: GraphqlContext,
  source: SecretSource,
  { encoding, ...place }: ValueArguments,
): Promise<string> {
  const { namespace, name } = source;
  const { budget } = context;
  return asPart(context, { action: 'secrets.reveal', namespace, name }, async (ctx) => {
    countMember(context);
    const value = await budget.read(() => memberOf(secrets, ctx, source, place));
    budget.charge(encoding === 'BASE64' ? value.base64SizeBytes : value.jsonSizeBytes);
    return presentText(value, place.key, encoding);
  });
}

async function memberOf(
  { reads, past }: Reads,
  ctx: CallContext,
  { namespace, name, origin }: SecretSource,
  { key, pointer: given }: Place,
): Promise<SecretValue> {
  const ref = parseParameters(getSecretKey.params, { namespace, name, key }, '/path');
  const asked = { pointer: given, version: origin.version };
  const { pointer = '', version } = parseParameters(getSecretKey.query, asked, '/query');
  const place = { key, pointer };
  const consistency = origin.consistency === 'STRONG' ? 'strong' : 'cached';
  const read: Read<FoundMember> = await (version === undefined
    ? reads.member(ctx, ref, place, { consistency })
    : past.member(ctx, ref, place, { version }));
  if (read.content === undefined) throw new TypeError('a read without a condition has a content');
  return read.content.value;
}

/** Throws BadRequest for one member too many, before it costs anything. */
function countMember(context: GraphqlContext): void {
  const count = (counts.get(context) ?? 0) + 1;
  counts.set(context, count);
  const { membersReadMax } = documentLimits;
  if (count <= membersReadMax) return;
  throw badRequest(`at most ${membersReadMax} members of documents in a request`);
}

import {
  type Document,
  isAlias,
  isScalar,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from 'yaml';
import { badRequest, SallyportError } from '../../core/errors/sallyport-error.js';
import { sealingLimits } from '../../core/sealing-limits.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of base64: long runs of these are one text, which takes little to parse. */
const isBase64Byte = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9+/=]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/**
 * Parses one document of YAML, as Kubernetes reads it: by version 1.1, in which `yes` is no text.
 * Refuses what readers understand differently: aliases, tags, directives, merge keys, a member
 * twice, names that are no texts. Throws BadRequest and TooLarge, without a part of the text.
 */
export function parseYamlManifest(bytes: Uint8Array): unknown {
  refuseManyStructureBytes(bytes);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw badRequest('the body is not valid UTF-8');
  }
  if (/^%/m.test(text)) throw badRequest('the manifest has YAML directives');
  const document = documentOf(text);
  refuseAmbiguous(document);
  return document.toJS({ maxAliasCount: 0 }) as unknown;
}

/** Returns how many bytes are not of base64. The time to parse YAML depends on these. */
export function structureBytes(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (isBase64Byte[byte] === 0) count += 1;
  return count;
}

function refuseManyStructureBytes(bytes: Uint8Array): void {
  if (structureBytes(bytes) <= sealingLimits.yamlStructureBytesMax) return;
  throw new SallyportError(
    'TooLarge',
    `YAML has at most ${sealingLimits.yamlStructureBytesMax} bytes beyond base64; send JSON`,
  );
}

function documentOf(text: string): Document.Parsed {
  const documents = documentsOf(text);
  const [document] = documents;
  if (document === undefined || documents.length > 1) {
    throw badRequest('the body must be one YAML document: send one manifest in each request');
  }
  if (document.errors.length > 0) throw badRequest('the body is not valid YAML');
  if (document.warnings.length > 0) throw badRequest('the manifest has YAML tags');
  return document;
}

function documentsOf(text: string): readonly Document.Parsed[] {
  try {
    const documents = parseAllDocuments(text, {
      version: '1.1',
      prettyErrors: false,
      // The check of the library compares each pair of names.
      uniqueKeys: false,
      logLevel: 'silent',
    });
    return 'length' in documents ? documents : [];
  } catch {
    // Deep nesting exhausts the stack.
    throw badRequest('the body is not valid YAML');
  }
}

function refuseAmbiguous(document: Document.Parsed): void {
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) throw badRequest('the manifest has YAML aliases');
      if (node.tag !== undefined) throw badRequest('the manifest has YAML tags');
    },
    Map(_key, { items }: YAMLMap) {
      const names = items.map(nameOf);
      if (new Set(names).size < names.length) {
        throw badRequest('the manifest has a member twice');
      }
    },
  });
}

function nameOf({ key }: Pair): string {
  const name: unknown = isScalar(key) ? key.value : undefined;
  if (typeof name === 'string' && name !== '<<' && name !== '__proto__') return name;
  throw badRequest('the manifest has a member whose name is no text, or is not allowed');
}

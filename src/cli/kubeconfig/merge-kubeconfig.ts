import {
  type Document,
  type YAMLMap,
  type YAMLSeq,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
} from 'yaml';
import { UsageError } from '../command.js';
import { type GatewayEntry, entriesOf } from './gateway-entry.js';

const EMPTY = 'apiVersion: v1\nkind: Config\n';

/**
 * Returns the text of a kubeconfig with the entries of a gateway, which replace those of the same
 * name. All else stays as it is, comments too. Throws UsageError for a text that is no kubeconfig.
 */
export function mergedKubeconfig(
  text: string,
  entry: GatewayEntry,
  { isCurrent }: { readonly isCurrent: boolean },
): string {
  const config = parseDocument(text.trim() === '' ? EMPTY : text);
  const [error] = config.errors;
  if (error !== undefined) throw new UsageError(`it is not YAML: ${firstLine(error.message)}`);
  if (!isMap(config.contents)) throw new UsageError('it is no kubeconfig');
  for (const [list, item] of Object.entries(entriesOf(entry))) {
    replaceIn(listOf(config, list), quoted(config, item));
  }
  const current = config.get('current-context');
  const hasCurrent = typeof current === 'string' && current !== '';
  if (isCurrent || !hasCurrent) config.set('current-context', entry.name);
  return config.toString({ lineWidth: 0 });
}

function listOf(config: Document, name: string): YAMLSeq {
  const found = config.get(name, true);
  if (isSeq(found)) return found;
  const isAbsent = found === undefined || (isScalar(found) && found.value === null);
  if (!isAbsent) throw new UsageError(`its ${name} are no list`);
  const list = config.createNode([]);
  list.flow = false;
  config.set(name, list);
  return list;
}

function replaceIn(list: YAMLSeq, item: YAMLMap): void {
  const name = item.get('name');
  const index = list.items.findIndex((one) => isMap(one) && one.get('name') === name);
  if (index === -1) list.add(item);
  else list.set(index, item);
}

/** Returns a node with quoted texts: kubectl reads YAML 1.1, in which `yes` is no text. */
function quoted(config: Document, item: object): YAMLMap {
  const node = config.createNode(item) as YAMLMap; // it is made of an object
  visit(node, {
    Scalar: (key, scalar) => {
      if (key !== 'key' && typeof scalar.value === 'string') scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return node;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

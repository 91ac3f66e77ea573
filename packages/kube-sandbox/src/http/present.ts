import type { JsonObject, KubeObject } from '../model/kube-object.js';
import { apiVersionOf, type ResourceDefinition } from '../model/resource-definition.js';
import { parseObject, withoutType } from '../store/object-text.js';
import {
  type IncludeObject,
  partialMetadata,
  partialMetadataList,
  renderTable,
} from '../table/render-table.js';
import type { ApiResult, ListResult, ObjectResult } from '../verbs/api-result.js';
import { type Negotiated, refuseWrongPartial } from './negotiate.js';

/** Returns the JSON text of a response in the form that the client accepts; throws 406. */
export function present(
  result: ApiResult,
  definition: ResourceDefinition,
  negotiated: Negotiated,
  options: { readonly includeObject: IncludeObject; readonly nowMs: number },
): string {
  if (result.kind === 'plain') return JSON.stringify(result.body);
  const { form, metaVersion } = negotiated;
  if (form === 'plain') {
    return result.kind === 'list' ? listText(result, definition) : objectText(result);
  }
  const isList = result.kind === 'list';
  refuseWrongPartial(negotiated, isList, goTypeOf(definition, isList));
  const objects = objectsOf(result);
  if (form === 'table') {
    const listMeta = result.kind === 'list' ? { listMeta: result.listMeta } : {};
    const table = { ...options, ...listMeta, metaVersion, withColumns: true };
    return JSON.stringify(renderTable(definition, objects, table));
  }
  if (result.kind === 'list') {
    return JSON.stringify(partialMetadataList(objects, result.listMeta, metaVersion));
  }
  return JSON.stringify(partialMetadata(objectOf(result), metaVersion));
}

function objectOf({ object }: ObjectResult): KubeObject {
  return isText(object) ? parseObject(object.text) : object;
}

function isText(object: ObjectResult['object']): object is { readonly text: string } {
  return !('metadata' in object);
}

function objectsOf(result: ObjectResult | ListResult): readonly KubeObject[] {
  if (result.kind === 'object') return [objectOf(result)];
  return result.items.map(({ text }) => parseObject(text));
}

function objectText({ object }: ObjectResult): string {
  return isText(object) ? object.text : JSON.stringify(object);
}

function listText({ items, listMeta }: ListResult, definition: ResourceDefinition): string {
  const head: JsonObject = {
    kind: definition.listKind,
    apiVersion: apiVersionOf(definition),
    metadata: listMeta,
  };
  // List items of custom resources have apiVersion and kind; items of built-in kinds do not.
  const texts = items.map(({ text }) => (definition.isCustom ? text : withoutType(text)));
  return `${JSON.stringify(head).slice(0, -1)},"items":[${texts.join(',')}]}`;
}

/** Returns the API server's Go type, which appears in error messages. */
function goTypeOf(
  { group, kind, listKind, isCustom }: ResourceDefinition,
  isList: boolean,
): string {
  if (isCustom) return isList ? '*unstructured.UnstructuredList' : '*unstructured.Unstructured';
  const pack = group === '' ? 'core' : (group.split('.')[0] ?? '');
  return `*${pack}.${isList ? listKind : kind}`;
}

import { goQuote } from '../authz/go-quote.js';
import type { StatusCause } from '../model/api-status.js';
import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';
import type { SchemaNode } from '../model/schema-node.js';
import { invalidValue, notSupported, required, tooMany } from '../registry/field-errors.js';
import { bounds } from '../store/sandbox-bounds.js';
import { embeddedCauses } from './embedded-resources.js';
import { listTypeCauses } from './list-types.js';
import { memberOf } from './raw-value.js';
import { runWithin } from './run-within.js';
import { checkNumber, checkString, checkType, typesOf } from './schema-checks.js';
import { SchemaResult, withoutField } from './schema-result.js';

/**
 * Checks a custom resource against its structural schema, in the words of the API server. CEL rules
 * (`x-kubernetes-validations`) are not evaluated, and an update has the checks of a create. Clients
 * write the schemas, so the time of a check is bounded.
 */
export function validateObject(object: JsonObject, schema: SchemaNode): readonly StatusCause[] {
  return causesInTime((to) => {
    for (const cause of check(object, schema, '').causes) to.add(withoutLeadingDot(cause));
    embeddedCauses(object, schema, '', to);
    listTypeCauses(object, schema, '', to);
  });
}

/** Checks only the status, with paths from `status`, for a write of that subresource. */
export function validateStatus(object: JsonObject, schema: SchemaNode): readonly StatusCause[] {
  const status = memberOf(object, 'status');
  const node = schema.properties?.['status'];
  if (status === undefined || node === undefined) return [];
  return causesInTime((to) => {
    for (const cause of check(status, node, '').causes) {
      const isWhole = cause.field === '' || cause.field === '<nil>';
      to.add({ ...cause, field: isWhole ? 'status' : `status.${cause.field}` });
    }
    listTypeCauses(status, node, 'status', to);
  });
}

function causesInTime(look: (to: SchemaResult) => void): readonly StatusCause[] {
  const found = runWithin(bounds.schemaCheckMsMax, () => {
    const result = new SchemaResult();
    look(result);
    return result.causes;
  });
  if (found !== undefined) return found;
  return [withoutField(`the schema takes longer than ${bounds.schemaCheckMsMax} ms to check`)];
}

/** Paths of root members without a property start with a dot: `.name`. */
function withoutLeadingDot(cause: StatusCause): StatusCause {
  return cause.field.startsWith('.') ? { ...cause, field: cause.field.slice(1) } : cause;
}

function check(value: Json, schema: SchemaNode, path: string): SchemaResult {
  const result = new SchemaResult();
  if (typesOf(schema).length > 0 || schema.format !== undefined) {
    checkType(value, schema, path, result);
  }
  if (value === null) {
    checkEnum(value, schema, path, result);
    return result;
  }
  checkAlternatives(value, schema, path, result);
  if (typeof value === 'string') checkString(value, schema, path, result);
  if (typeof value === 'number') checkNumber(value, schema, path, result);
  if (Array.isArray(value)) checkList(value, schema, path, result);
  checkEnum(value, schema, path, result);
  if (isJsonObject(value)) checkMembers(value, schema, path, result);
  result.matches += 1;
  return result;
}

function schemas(value: unknown): readonly SchemaNode[] {
  return Array.isArray(value) ? value.filter((each): each is SchemaNode => isNode(each)) : [];
}

function isNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkAlternatives(value: Json, schema: SchemaNode, path: string, to: SchemaResult): void {
  checkAnyOf(value, schemas(schema['anyOf']), path, to);
  checkOneOf(value, schemas(schema['oneOf']), path, to);
  checkAllOf(value, schemas(schema.allOf), path, to);
  const not = schema['not'];
  if (isNode(not) && check(value, not, path).isValid) {
    to.add(withoutField(`${goQuote(path)} must not validate the schema (not)`));
  }
  to.matches += 1;
}

function checkAnyOf(
  value: Json,
  alternatives: readonly SchemaNode[],
  path: string,
  to: SchemaResult,
): void {
  if (alternatives.length === 0) return;
  const results = alternatives.map((alternative) => check(value, alternative, path));
  const fitting = results.find(({ isValid }) => isValid);
  if (fitting !== undefined) {
    to.merge(fitting);
    return;
  }
  to.add(withoutField(`${goQuote(path)} must validate at least one schema (anyOf)`));
  to.merge(bestOf(results));
}

function checkOneOf(
  value: Json,
  alternatives: readonly SchemaNode[],
  path: string,
  to: SchemaResult,
): void {
  if (alternatives.length === 0) return;
  const results = alternatives.map((alternative) => check(value, alternative, path));
  const [fitting, ...more] = results.filter(({ isValid }) => isValid);
  if (fitting !== undefined && more.length === 0) {
    to.merge(fitting);
    return;
  }
  const found =
    fitting === undefined ? 'Found none valid' : `Found ${more.length + 1} valid alternatives`;
  const rule = 'must validate one and only one schema (oneOf)';
  to.add(withoutField(`${goQuote(path)} ${rule}. ${found}`));
  if (fitting === undefined) to.merge(bestOf(results));
}

function checkAllOf(
  value: Json,
  parts: readonly SchemaNode[],
  path: string,
  to: SchemaResult,
): void {
  const results = parts.map((part) => check(value, part, path));
  for (const result of results) to.merge(result);
  const valid = results.filter(({ isValid }) => isValid).length;
  if (valid === parts.length) return;
  const none = valid === 0 ? '. None validated' : '';
  to.add(withoutField(`${goQuote(path)} must validate all the schemas (allOf)${none}`));
}

function bestOf(results: readonly SchemaResult[]): SchemaResult {
  let best = new SchemaResult();
  for (const [index, result] of results.entries()) {
    if (index === 0 || result.matches > best.matches) best = result;
  }
  return best;
}

function checkList(
  list: readonly Json[],
  schema: SchemaNode,
  path: string,
  to: SchemaResult,
): void {
  const { items } = schema;
  if (items !== undefined) {
    for (const [index, item] of list.entries()) to.merge(check(item, items, `${path}[${index}]`));
  }
  const [least, most] = [schema['minItems'], schema['maxItems']];
  if (typeof least === 'number' && list.length < least) {
    const detail = `${path} in body should have at least ${least} items`;
    to.add(invalidValue(path, list.length, detail));
  }
  if (typeof most === 'number' && list.length > most) to.add(tooMany(path, list.length, most));
  to.matches += 2;
}

function checkEnum(value: Json, schema: SchemaNode, path: string, to: SchemaResult): void {
  const allowed = schema.enum;
  to.matches += 1;
  if (allowed === undefined || allowed.length === 0) return;
  const text = JSON.stringify(value);
  const isAllowed = allowed.some((each) => JSON.stringify(each) === text);
  if (isAllowed) return;
  const texts = allowed.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
  to.add(notSupported(path, value, texts));
}

function checkMembers(
  object: JsonObject,
  schema: SchemaNode,
  path: string,
  to: SchemaResult,
): void {
  checkSize(Object.keys(object).length, schema, path, to);
  const properties = schema.properties ?? {};
  const { additionalProperties } = schema;
  for (const name of Object.keys(object)) {
    const value = memberOf(object, name);
    if (value === undefined || Object.hasOwn(properties, name)) continue;
    if (typeof additionalProperties === 'object') {
      to.merge(check(value, additionalProperties, `${path}.${name}`));
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    const value = memberOf(object, name);
    if (value === undefined) continue;
    to.merge(check(value, property, path === '' ? name : `${path}.${name}`));
  }
  for (const name of schema.required ?? []) {
    if (memberOf(object, name) === undefined) to.add(required(`${path}.${name}`));
  }
  to.matches += 1;
}

function checkSize(size: number, schema: SchemaNode, path: string, to: SchemaResult): void {
  const [least, most] = [schema['minProperties'], schema['maxProperties']];
  if (typeof least === 'number' && size < least) {
    to.add(invalidValue(path, size, `${path} in body should have at least ${least} properties`));
  }
  if (typeof most === 'number' && size > most) to.add(tooMany(path, size, most));
}

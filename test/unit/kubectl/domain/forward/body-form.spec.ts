import { expect, it } from 'vitest';
import { isProtobuf, isYaml } from '../../../../../src/kubectl/domain/forward/body-form.js';

it.each([
  ['application/vnd.kubernetes.protobuf', true, false],
  [' Application/vnd.kubernetes.Protobuf ; x=y', true, false],
  ['application/yaml', false, true],
  ['application/apply-patch+yaml;charset=utf-8', false, true],
  ['application/json; x=yaml', false, false],
  ['application/json; x=protobuf', false, false],
  [undefined, false, false],
])('%j says by its essence alone what the body is', (contentType, protobuf, yaml) => {
  const typed = contentType === undefined ? {} : { contentType };
  expect([isProtobuf(typed), isYaml(typed)]).toEqual([protobuf, yaml]);
});

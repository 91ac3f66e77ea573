import { expect, it } from 'vitest';
import { environmentView } from '../../../../src/environments/domain/environment-view.js';
import { aSchema } from '../../schemas/schema.builder.js';

it('shows the definition, and what is wrong with it', () => {
  const spec = { values: { A: { value: 'x' } } };
  const object = { ...aSchema('app', {}), namespace: 'pay', spec };
  expect(environmentView(object)).toEqual({ name: 'app', spec, problems: [], etag: '"uid-app.1"' });
  const wrong = { ...object, spec: { values: { A: { value: 'x', template: 'y' } } } };
  expect(environmentView(wrong).problems).toEqual([
    {
      pointer: '/values/A',
      reason: 'has value and template: must have exactly one of value, secret, import and template',
    },
  ]);
});

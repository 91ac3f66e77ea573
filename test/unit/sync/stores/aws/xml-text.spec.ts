import { expect, it } from 'vitest';
import { xmlText } from '../../../../../src/sync/stores/aws/xml-text.js';

const CODE = '[A-Za-z]{1,20}';

it('is the text of the only element of a name', () => {
  const xml = '<?xml version="1.0"?>\n<Error><Code>Denied</Code><CodeName>x</CodeName></Error>';
  expect(xmlText('<Error><Code>Denied</Code></Error>', 'Code', CODE)).toBe('Denied');
  expect(xmlText(xml, 'Error', CODE)).toBeUndefined();
});

it.each([
  ['no element', '<Error/>'],
  ['two elements', '<Code>One</Code><Code>Two</Code>'],
  ['an element with an attribute', '<Code a="b">One</Code>'],
  ['other characters', '<Code>One two</Code>'],
  ['an entity', '<Code>One&amp;</Code>'],
  ['an element inside', '<Code><b>One</b></Code>'],
  ['an empty element', '<Code></Code>'],
  ['a comment', '<!-- <Code>One</Code> -->'],
  ['CDATA', '<Code><![CDATA[One]]></Code>'],
  ['a document type', '<!DOCTYPE a><Code>One</Code>'],
  ['too much text', `<Code>One</Code>${' '.repeat(16_400)}`],
  ['a text that is too long', `<Code>${'a'.repeat(21)}</Code>`],
])('has no text in %s', (_what, xml) => {
  expect(xmlText(xml, 'Code', CODE)).toBeUndefined();
});

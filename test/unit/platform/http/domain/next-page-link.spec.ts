import { expect, it } from 'vitest';
import { nextPageLink } from '../../../../../src/platform/http/domain/next-page-link.js';

it.each([
  ['/v1/tokens', '<?continue=a_b>; rel="next"'],
  ['/v1/tokens?limit=2', '<?limit=2&continue=a_b>; rel="next"'],
  ['/v1/tokens?continue=old&limit=2', '<?continue=a_b&limit=2>; rel="next"'],
  ['/v1/secrets?namespace=a&namespace=b', '<?namespace=a&namespace=b&continue=a_b>; rel="next"'],
  ['//evil.example/v1?labelSelector=a%3Db>', '<?labelSelector=a%3Db%3E&continue=a_b>; rel="next"'],
])('the next page of %s is %s', (target, expected) => {
  expect(nextPageLink(target, 'a_b')).toBe(expected);
});

import { expect, it, vi } from 'vitest';
import { OwnIdentity } from '../../../src/kubernetes/own-identity.js';

const review = { status: { userInfo: { username: 'system:serviceaccount:sallyport:sallyport' } } };

it('asks the API server who the gateway is, once', async () => {
  const reviewOwnIdentity = vi.fn(() => Promise.resolve(review));
  const identity = new OwnIdentity({ reviewOwnIdentity });
  const names = await Promise.all([identity.username(), identity.username()]);
  expect(names).toEqual(Array(2).fill('system:serviceaccount:sallyport:sallyport'));
  expect(reviewOwnIdentity).toHaveBeenCalledTimes(1);
});

it('asks again where the API server has not told', async () => {
  const answers: object[] = [{ status: {} }, review];
  const reviewOwnIdentity = () => Promise.resolve((answers.shift() ?? {}) as typeof review);
  const identity = new OwnIdentity({ reviewOwnIdentity });
  await expect(identity.username()).rejects.toMatchObject({ code: 'Unavailable' });
  expect(await identity.username()).toBe('system:serviceaccount:sallyport:sallyport');
});

import { expect, it } from 'vitest';
import { announcementOf, isAnnouncement } from '../../../src/core/announced-id.js';

const id = '7a1c5f1e-9d0c-4c1f-8f4e-0d6a5b1f0c2d';

it('announces an id by a hash of its own kind, which is the id of nothing', () => {
  const announcement = announcementOf(id);
  // sha256("sallyport.dev/announced-audit-id/v1\n" + id)
  expect(announcement).toBe('sha256:0Ch4EfKQVzb0dP6tLXeL5RnMSlqfmwoHHu7bFgJatrk');
  expect(isAnnouncement(announcement)).toBe(true);
  expect(isAnnouncement(id)).toBe(false);
  expect(announcementOf(announcement)).not.toBe(announcement);
});

it('announces another id otherwise', () => {
  expect(announcementOf(`${id}0`)).not.toBe(announcementOf(id));
});

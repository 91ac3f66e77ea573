import type { CustomResourceStatus } from './custom-resource.js';

/** Reports whether statuses are equal, whatever the order of their members. */
export function isSameStatus(one: CustomResourceStatus, other: CustomResourceStatus): boolean {
  return comparable(one) === comparable(other);
}

function comparable(status: CustomResourceStatus): string {
  const members = Object.entries(status)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(members, (_name, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Finalizers by which an owner waits for what becomes of its dependents. */
export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/**
 * The Secret that the gateway reads to check its own rights. The name is invalid, so that no such
 * Secret can exist: no value is read, whatever users create or allow.
 */
export const PROBED_SECRET = 'sallyport_probe';

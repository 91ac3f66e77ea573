/**
 * The Secret that the gateway reads to check its own rights. The name is invalid, so that there is
 * never such a Secret: no value is read, whatever somebody creates or allows.
 */
export const PROBED_SECRET = 'sallyport_probe';

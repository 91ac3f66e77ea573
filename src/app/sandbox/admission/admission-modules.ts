/** Modules of admission plug-ins, which the thread of the sandbox imports. */
export const admissionModules: readonly string[] = [
  new URL('./sallyport-admission.js', import.meta.url).href,
];

/** A logger that says nothing: without one the SDK writes to the console. */
export const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

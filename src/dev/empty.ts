/** Stands in for `react-devtools-core`, which Ink imports only for its development tools. */
export default {};

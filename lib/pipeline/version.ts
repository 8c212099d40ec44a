/**
 * Counts up whenever the same entries lead to other plans than before: other flows, another order, other batches. A plan is
 * recomputed only by the version that made it.
 */
export const pipelineVersion = 7

/** Does not compile where the server may answer something that the pages do not expect. */
export type Fits<Answer extends Expected, Expected> = [Answer, Expected]

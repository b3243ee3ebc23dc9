/** The lower third as an OGraf graphic. */
import { LowerThird } from "../layers/lower_third.js";
import { packaged } from "./packaged.js";

export default packaged(LowerThird);

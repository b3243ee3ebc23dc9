/** The picture on a page without a live link. */
import { showPicture } from "./picture.js";

showPicture();

/** The question card as an OGraf graphic. */
import { QuestionCard } from "../layers/question_card.js";
import { packaged } from "./packaged.js";

export default packaged(QuestionCard);

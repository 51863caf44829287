/** Models: cards, weights, canonical networks, cutting and joining. Knows Deeplearning4j, knows no Spark. */
package org.sparkfinetune.zoo;

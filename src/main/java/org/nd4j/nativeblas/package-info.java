/** A class that Deeplearning4j expects under this name. */
package org.nd4j.nativeblas;

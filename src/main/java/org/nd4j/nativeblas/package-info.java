/** One class that Deeplearning4j expects under this name; not ours otherwise. */
package org.nd4j.nativeblas;

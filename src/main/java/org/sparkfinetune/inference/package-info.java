/** Running a network that is not being trained over pictures, on executors. */
package org.sparkfinetune.inference;
